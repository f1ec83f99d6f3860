/** What this browser remembers: choices that are nobody else's business, and work that must survive a reload. */

/** Tells the sites of one server apart: each lives under its own path. */
const SITE = new URL('.', document.baseURI).pathname;

/** @param {string} key */
const ofSite = (key) => `im:${SITE}:${key}`;

/** @param {string} key @returns {string|null} */
function read(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** @param {string} key @param {string|null} value */
function write(key, value) {
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Full or forbidden storage costs convenience, nothing else.
  }
}

/** Choices for all sites: language, theme, sound, notifications. */
export const everywhere = {
  /** @param {string} name */
  get: (name) => read(`im:${name}`),
  /** @param {string} name @param {string|null} value */
  set: (name, value) => write(`im:${name}`, value),
};

/** What belongs to this site alone. */
export const here = {
  /** @param {string} name */
  get: (name) => read(ofSite(name)),
  /** @param {string} name @param {string|null} value */
  set: (name, value) => write(ofSite(name), value),
  /** @param {string} name @returns {any} */
  json(name) {
    try {
      return JSON.parse(read(ofSite(name)) ?? 'null');
    } catch {
      return null;
    }
  },
  /** Whether anything can be remembered at all. */
  works() {
    write(ofSite('probe'), '1');
    return read(ofSite('probe')) === '1';
  },
  /** Calls back when another tab changes a value. @param {(name: string, value: string|null) => void} listener */
  onOtherTab(listener) {
    addEventListener('storage', (event) => {
      if (event.key?.startsWith(ofSite(''))) listener(event.key.slice(ofSite('').length), event.newValue);
    });
  },
};

/** What the browser paints around the page, as `--surface` in the styles. */
const AROUND = { light: '#fffdf9', dark: '#161c20' };

/** Applies light, dark, or the system's choice. @param {string|null} theme */
export function setTheme(theme) {
  for (const meta of document.querySelectorAll('meta[name=theme-color]')) {
    const system = meta.getAttribute('media')?.includes('dark') ? 'dark' : 'light';
    meta.setAttribute('content', AROUND[theme === 'light' || theme === 'dark' ? theme : system]);
  }
  if (theme === 'light' || theme === 'dark') {
    everywhere.set('theme', theme);
    document.documentElement.dataset.theme = theme;
  } else {
    everywhere.set('theme', null);
    delete document.documentElement.dataset.theme;
  }
}
