// Keeps the times of a page current, announces its changes, and shows when its polls fail.
const byId = (id) => document.getElementById(id);
const all = (selector) => [...document.querySelectorAll(selector)];
const write = (element, text) => element?.textContent !== text && element?.replaceChildren(text);
const clock = (at) => `${new Date(at).toISOString().slice(11, 19)} UTC`;
const boxes = 'input[name="selected"][type="checkbox"]';
const live = byId('live');
const skewMs = live ? Number(live.dataset.now) - Date.now() : 0;
const now = () => Date.now() + skewMs;
const staleAfterMs = 12_000;
let answeredAt = now();
let isFailing = false;
let before;

/** The same as on the server, in pages/times.tsx. */
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
  const isLive = !isFailing && now() - answeredAt < staleAfterMs;
  const wasLive = !document.body.classList.contains('stale');
  if (isLive !== wasLive)
    write(
      byId('news'),
      isLive ? 'Live updates have resumed.' : 'Live updates have stopped: the server does not answer.',
    );
  document.body.classList.toggle('stale', !isLive);
  write(live, `${isLive ? 'Live ·' : 'Not live since'} ${clock(answeredAt)}`);
}

function snapshot() {
  const board = byId('board');
  const rows = all('[data-row]').map((row) => row.dataset.row);
  return {
    rows,
    announcement: board?.dataset.announcement,
    hasFocus: board?.contains(document.activeElement),
  };
}

function announceChanges(was, is) {
  const added = is.rows.filter((row) => !was.rows.includes(row)).length;
  const removed = was.rows.filter((row) => !is.rows.includes(row)).length;
  const rows = [added && `${added} new`, removed && `${removed} gone`].filter(Boolean).join(', ');
  write(
    byId('news'),
    rows || (was.announcement === is.announcement ? 'The page was updated.' : `Now ${is.announcement}.`),
  );
  // When the focused row disappears, the focus goes to the heading instead of the top of the page.
  if (was.hasFocus && document.activeElement === document.body) byId('board-title')?.focus();
}

function countSelected() {
  const selected = all(`${boxes}:checked`).length;
  const isAll = selected === all(boxes).length;
  write(byId('selected-count'), selected > 0 ? `${selected} selected` : 'None selected');
  const box = byId('select-all');
  if (box) Object.assign(box, { hidden: false, checked: isAll, indeterminate: selected > 0 && !isAll });
}

document.addEventListener('htmx:finally:request', ({ detail: { ctx } }) => {
  isFailing = !(ctx?.response?.status < 400);
  if (!isFailing) answeredAt = now();
  tick();
});
document.addEventListener('htmx:before:swap', () => (before = snapshot()));
document.addEventListener('htmx:after:swap', ({ detail: { ctx } }) => {
  if (ctx.response.status === 200) announceChanges(before, snapshot());
  countSelected();
  tick();
});
document.addEventListener('change', ({ target }) => {
  if (target.id === 'select-all') for (const box of all(boxes)) box.checked = target.checked;
  countSelected();
});
setInterval(tick, 1_000);
countSelected();
tick();
