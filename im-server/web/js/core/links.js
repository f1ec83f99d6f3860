/** Finding addresses in what people write. Only those of the web become links, and only as DOM nodes. */

const CANDIDATE = /\b(?:https?:\/\/|www\.(?=[^\s<>"'.]+\.))[^\s<>"']+/gi;

/**
 * Cuts a text into plain pieces and addresses.
 * @param {string} text @returns {{text: string, href: string|null}[]}
 */
export function pieces(text) {
  const found = [];
  let from = 0;
  for (const match of text.matchAll(CANDIDATE)) {
    const candidate = trimmed(match[0]);
    const href = safeUrl(/^www\./i.test(candidate) ? ['https:', '', candidate].join('/') : candidate);
    if (!href) continue;
    if (match.index > from) found.push({ text: text.slice(from, match.index), href: null });
    found.push({ text: candidate, href });
    from = match.index + candidate.length;
  }
  if (from < text.length) found.push({ text: text.slice(from), href: null });
  return found;
}

/** Punctuation at the end belongs to the sentence; a closing bracket only if it was opened outside. @param {string} candidate */
function trimmed(candidate) {
  let end = candidate;
  for (;;) {
    const last = end.at(-1) ?? '';
    const opened = (end.match(/\(/g) ?? []).length;
    const closed = (end.match(/\)/g) ?? []).length;
    if (/[.,;:!?…»”’*_~\]}]/.test(last) || (last === ')' && closed > opened)) end = end.slice(0, -1);
    else return end;
  }
}

/** The address if it is one of the web, else null. @param {string|null|undefined} candidate */
export function safeUrl(candidate) {
  try {
    const url = new URL(candidate ?? '');
    return (url.protocol === 'http:' || url.protocol === 'https:') && url.hostname ? url.href : null;
  } catch {
    return null;
  }
}

/** Fills an element with a text whose addresses can be followed. @param {Element} element @param {string} text */
export function linkInto(element, text) {
  element.replaceChildren(
    ...pieces(text).map((piece) => {
      if (!piece.href) return document.createTextNode(piece.text);
      const link = document.createElement('a');
      link.href = piece.href;
      link.target = '_blank';
      link.rel = 'noopener noreferrer nofollow';
      link.textContent = piece.text;
      return link;
    }),
  );
}
