/** The drawings on buttons: outlines on a grid of 24, in the colour of the text around them. */

const SVG = 'http://www.w3.org/2000/svg';

const DRAWINGS = {
  back: 'M15 5l-7 7 7 7',
  send: 'M12 19V6M6 11.5 12 5.5l6 6',
  add: 'M9.5 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3 20c.4-3.6 3-5.5 6.5-5.5 1.3 0 2.5.3 3.5.8M18 14.5v6M15 17.5h6',
  settings: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 4.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4zM9 14.8a2.2 2.2 0 1 0 0 4.4 2.2 2.2 0 0 0 0-4.4z',
  search: 'M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM20 20l-4-4',
  more: 'M12 6v.01M12 12v.01M12 18v.01',
  check: 'M5 12.5l4.5 4.5L19 7.5',
  checks: 'M2.5 12.5 7 17l9.5-9.5M12 16l1 1 9-9.5',
  clock: 'M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM12 7.5V12l3 2',
  copy: 'M9 9h10.5v10.5H9zM15 9V4.5H4.5V15H9',
  close: 'M6 6l12 12M18 6 6 18',
  bell: 'M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15zM10 20.5h4',
  star: 'M12 4l2.4 5 5.6.7-4.1 3.8 1.1 5.5-5-2.7-5 2.7 1.1-5.5L4 9.7 9.6 9z',
  hidden: 'M4 4l16 16M9.5 5.6A9.6 9.6 0 0 1 12 5.3c4.5 0 7.7 3.2 9 6.7a11 11 0 0 1-2.3 3.6M6.3 7.5A11.5 11.5 0 0 0 3 12c1.3 3.5 4.5 6.7 9 6.7 1.6 0 3-.4 4.2-1M10 10.2a2.6 2.6 0 0 0 3.7 3.7',
  eye: 'M3 12c1.3-3.5 4.5-6.7 9-6.7s7.7 3.2 9 6.7c-1.3 3.5-4.5 6.7-9 6.7S4.3 15.5 3 12zM12 14.6a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2z',
  down: 'M12 5v13M6 12.5l6 6 6-6',
  warning: 'M12 4.5 21 19.5H3zM12 10.5v4M12 17v.01',
  out: 'M14 4.5H6.5A1.5 1.5 0 0 0 5 6v12a1.5 1.5 0 0 0 1.5 1.5H14M11 12h9.5M17 8.5l3.5 3.5-3.5 3.5',
  pencil: 'M5 19l.8-3.8L16.5 4.5l3 3L8.8 18.2zM14.5 6.5l3 3',
  download: 'M12 4v11M6.5 10l5.5 5.5 5.5-5.5M5 20h14',
  folder: 'M3.5 18V6.5H9l2 2.5h9.5v9z',
  remove: 'M4.5 7h15M9.5 7V4.5h5V7M6.5 7l.8 12.5h9.4L17.5 7',
  mail: 'M3.5 6.5h17v11.5h-17zM3.5 7l8.5 6.5L20.5 7',
  info: 'M12 20.5a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM12 11.5v4.5M12 8v.01',
  link: 'M13.5 4.5h6v6M19 5l-8 8M17.5 14v4.5a1 1 0 0 1-1 1h-11a1 1 0 0 1-1-1v-11a1 1 0 0 1 1-1H10',
  chats: 'M4 17.5V7A2.5 2.5 0 0 1 6.5 4.5h11A2.5 2.5 0 0 1 20 7v6a2.5 2.5 0 0 1-2.5 2.5H8.5L4 19.5z',
  people: 'M9 11a3.3 3.3 0 1 0 0-6.6A3.3 3.3 0 0 0 9 11zM2.8 19.5c.4-3.5 2.9-5.3 6.2-5.3s5.8 1.8 6.2 5.3M15.5 4.7a3.3 3.3 0 0 1 0 6.1M17.3 14.6c2.2.6 3.6 2.3 3.9 4.9',
  chevron: 'M7 10l5 5 5-5',
};

/** @typedef {keyof typeof DRAWINGS} IconName */

/** A drawing that a screen reader skips. @param {IconName} name @returns {SVGElement} */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', 'icon');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('focusable', 'false');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', DRAWINGS[name]);
  svg.append(path);
  return svg;
}

/** The mark of the program: two speech bubbles that share a part, as two communities do here. */
export function mark() {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 64 64');
  svg.setAttribute('class', 'mark');
  svg.setAttribute('aria-hidden', 'true');
  const shapes = [
    ['mark-one', 'M24 10c-11 0-19 7.3-19 16.5 0 4.8 2.2 9 5.7 12L9 47l9.8-4.6c1.7.4 3.4.6 5.2.6 11 0 19-7.3 19-16.5S35 10 24 10z'],
    ['mark-two', 'M41 22c10.2 0 18 6.7 18 15.5 0 4.5-2 8.5-5.3 11.3L55.5 57l-9.2-4.3c-1.7.3-3.5.5-5.3.5-10.2 0-18-6.9-18-15.7S30.8 22 41 22z'],
  ];
  for (const [name, d] of shapes) {
    const path = document.createElementNS(SVG, 'path');
    path.setAttribute('class', name);
    path.setAttribute('d', d);
    svg.append(path);
  }
  return svg;
}
