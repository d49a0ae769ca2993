// What a page does beyond its forms and links: it keeps its times, tells what changed, and says when it is not live.
const byId = (id) => document.getElementById(id);
const all = (selector) => [...document.querySelectorAll(selector)];
const write = (element, text) => element?.textContent !== text && element?.replaceChildren(text);
const clock = (at) => `${new Date(at).toISOString().slice(11, 19)} UTC`;
const boxes = 'input[name="pick"][type="checkbox"]';
const live = byId('live');
const skewMs = live ? Number(live.dataset.now) - Date.now() : 0;
const now = () => Date.now() + skewMs;
const patienceMs = 12_000;
let answeredAt = now();
let isFailing = false;
let before;

/** The same as on the server, in pages/age.ts. */
function ageOf(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (minutes < 1) return `${seconds} s`;
  if (hours < 1) return `${minutes} min`;
  if (hours < 24) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

function tick() {
  for (const time of all('time[data-since]')) write(time, ageOf(now() - Date.parse(time.dateTime)));
  for (const time of all('time[data-until]')) write(time, ageOf(Date.parse(time.dateTime) - now()));
  if (!live) return;
  const isLive = !isFailing && now() - answeredAt < patienceMs;
  const wasLive = !document.body.classList.contains('stale');
  if (isLive !== wasLive)
    write(byId('news'), isLive ? 'Live again.' : 'Not live: the server does not answer.');
  document.body.classList.toggle('stale', !isLive);
  write(live, `${isLive ? 'Live ·' : 'Not live since'} ${clock(answeredAt)}`);
}

function look() {
  const board = byId('board');
  const rows = all('[data-row]').map((row) => row.dataset.row);
  return { rows, said: board?.dataset.said, hasFocus: board?.contains(document.activeElement) };
}

function tellNews(was, is) {
  const come = is.rows.filter((row) => !was.rows.includes(row)).length;
  const gone = was.rows.filter((row) => !is.rows.includes(row)).length;
  const rows = [come && `${come} new`, gone && `${gone} gone`].filter(Boolean).join(', ');
  write(byId('news'), rows || (was.said === is.said ? 'Something changed.' : `Now ${is.said}.`));
  // A row that goes with the focus must not throw its reader back to the top.
  if (was.hasFocus && document.activeElement === document.body) byId('board-title')?.focus();
}

function countPicked() {
  const picked = all(`${boxes}:checked`).length;
  const isAll = picked === all(boxes).length;
  write(byId('picked'), picked > 0 ? `${picked} selected` : 'None selected');
  const box = byId('pick-all');
  if (box) Object.assign(box, { hidden: false, checked: isAll, indeterminate: picked > 0 && !isAll });
}

document.addEventListener('htmx:finally:request', ({ detail: { ctx } }) => {
  isFailing = !(ctx?.response?.status < 400);
  if (!isFailing) answeredAt = now();
  tick();
});
document.addEventListener('htmx:before:swap', () => (before = look()));
document.addEventListener('htmx:after:swap', ({ detail: { ctx } }) => {
  if (ctx.response.status === 200) tellNews(before, look());
  countPicked();
  tick();
});
document.addEventListener('change', ({ target }) => {
  if (target.id === 'pick-all') for (const box of all(boxes)) box.checked = target.checked;
  countPicked();
});
setInterval(tick, 1_000);
countPicked();
tick();
