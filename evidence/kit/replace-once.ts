/** The text with a part of it replaced. Throws, naming `where` it stands, unless the part is there exactly once. */
export function replaceOnce(text: string, find: string, replace: string, where: string): string {
  const count = text.split(find).length - 1;
  if (count !== 1) throw new Error(`${where} has the text to replace ${count} times, not once`);
  // As a function, so that a dollar sign in the replacement stands for itself.
  return text.replace(find, () => replace);
}
