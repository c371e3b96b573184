// Keyboard and focus of the console. Every page works without this file.

const page = () => document.getElementById('page');
const isTyping = ({ target }) =>
  target instanceof Element && target.closest('input, select, textarea, [contenteditable]');

/** Rows of the first list of the page, each with a link that opens it. */
const rows = () => [...document.querySelectorAll('[data-rows] > *')];

const currentRow = () => document.activeElement?.closest('[data-rows] > *');

const moveBy = (step) => {
  const all = rows();
  const index = all.indexOf(currentRow());
  const next = all[index === -1 ? (step > 0 ? 0 : all.length - 1) : index + step];
  next?.querySelector('a, button')?.focus();
};

const help = () => document.getElementById('help')?.showModal();

let isGoing = false;

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
  if (document.querySelector('dialog[open]')) return;
  if (isGoing) {
    isGoing = false;
    const link = document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
    if (link) {
      event.preventDefault();
      link.click();
    }
    return;
  }
  const act = {
    '/': () => document.querySelector('[data-key="/"]')?.focus(),
    '?': help,
    j: () => moveBy(1),
    k: () => moveBy(-1),
    g: () => {
      isGoing = true;
    },
  }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

document.addEventListener('click', ({ target }) => {
  if (target instanceof Element && target.closest('[data-help]')) help();
});

// Filters apply when they change, where there is a script to do so.
document.addEventListener('change', ({ target }) => {
  if (target instanceof Element) target.closest('form[data-submit-on-change]')?.requestSubmit();
});

// Filters that are left empty are not in the address.
document.addEventListener('formdata', ({ target, formData }) => {
  if (target.method !== 'get') return;
  for (const [name, value] of [...formData]) if (value === '') formData.delete(name);
});

/** On narrow screens the navigation is one line that scrolls: the link of this page comes into view. */
const showCurrent = () => {
  const nav = document.querySelector('nav.main');
  const link = nav?.querySelector('[aria-current]');
  if (link) nav.scrollLeft = link.offsetLeft - (nav.clientWidth - link.offsetWidth) / 2;
};

const ready = () => {
  for (const hidden of document.querySelectorAll('[data-help]')) hidden.hidden = false;
  showCurrent();
};

// A part is refreshed by what the page has of it now. An error has none of it: the part stays, and is asked for again; whoever has
// to sign in is led there.
document.addEventListener('htmx:before:swap', (event) => {
  const { ctx, tasks } = event.detail;
  const part = tasks.find(({ type, target }) => type === 'main' && target?.id !== 'page');
  if (!part || part.fragment.childElementCount > 0) return;
  event.preventDefault();
  if (ctx.response.raw.redirected) location.reload();
});

// A page that replaced another is read from its heading on. A part that was refreshed leaves the focus where it is.
document.addEventListener('htmx:after:swap', ({ detail }) => {
  if (detail.ctx.target?.id !== 'page') return;
  ready();
  const heading = page()?.querySelector('h1');
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
});

ready();
