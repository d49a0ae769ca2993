/** Text from outside. `bdi` keeps its writing direction from changing the text around it. */
export function UntrustedText({ children }: { readonly children: string }) {
  return <bdi>{visible(children)}</bdi>;
}

/** Makes control, format and unassigned characters visible, so that text from outside cannot hide or reorder anything. */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    // Unicode has pictures of the ASCII control characters, such as ␛.
    return code < 0x20
      ? String.fromCodePoint(0x2400 + code)
      : `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
}
