// What was typed into a form that was refused, or whose session was over, is there again when its page is opened next: in the same tab,
// for the same person, once.

const UNSENT = 'herald-unsent';

/** Who is signed in, by an id that nobody else has; undefined on the page to sign in. */
const who = () => document.querySelector('[data-who]')?.dataset.who;

const tryStorage = (work) => {
  try {
    return work(sessionStorage);
  } catch {
    // A browser that keeps nothing: it is typed again.
    return undefined;
  }
};

const keep = (unsent) => tryStorage((storage) => storage.setItem(UNSENT, JSON.stringify(unsent)));

const kept = () => JSON.parse(tryStorage((storage) => storage.getItem(UNSENT)) ?? 'null');

const forget = () => tryStorage((storage) => storage.removeItem(UNSENT));

const isSecret = ({ elements }) => [...elements].some(({ type }) => type === 'password');

const NOT_TYPED = new Set(['submit', 'reset', 'button', 'image', 'hidden']);

/** The fields of a form that somebody fills. */
const typedIn = ({ elements }) => [...elements].filter(({ name, type }) => name && !NOT_TYPED.has(type));

const namesIn = (form) => new Set(typedIn(form).map(({ name }) => name));

// A page that leads back to the form leaves what was typed into it to that; any other page, such as one that says that it was done, ends it.
const isRefusal = () => document.querySelector('[data-unsent]') !== null;

document.addEventListener(
  'submit',
  ({ target: form }) => {
    if (form.method !== 'post' || isSecret(form)) return;
    const names = namesIn(form);
    const fields = [...new FormData(form)].filter(([name]) => names.has(name));
    if (fields.length > 0) keep({ action: form.action, who: who(), fields });
    else forget();
  },
  true,
);

/** Whether a form is the one that was filled: on some pages, several send to the same address. */
const isOf = (form, { action, fields }) => {
  const names = namesIn(form);
  return form.action === action && fields.every(([name]) => names.has(name));
};

const fill = (form, fields) => {
  for (const field of typedIn(form)) {
    const values = fields.filter(([name]) => name === field.name).map(([, value]) => value);
    if (field.type === 'checkbox' || field.type === 'radio') field.checked = values.includes(field.value);
    else if (values.length > 0) field.value = values[0];
  }
  for (let fold = form.closest('details'); fold; fold = fold.parentElement.closest('details'))
    fold.open = true;
  const notice = document.createElement('p');
  notice.className = 'notice';
  notice.role = 'status';
  notice.textContent = 'What you typed is here again.';
  form.prepend(notice);
};

const lookAtPage = () => {
  const unsent = kept();
  if (!unsent) return;
  const isSomebodyElse = who() !== undefined && who() !== unsent.who;
  if (isRefusal() && !isSomebodyElse) {
    keep({ ...unsent, isRefused: true });
    return;
  }
  const form = unsent.isRefused && !isSomebodyElse && [...document.forms].find((one) => isOf(one, unsent));
  if (form) fill(form, unsent.fields);
  if (form || isSomebodyElse || !unsent.isRefused) forget();
};

document.addEventListener('htmx:after:swap', ({ detail: { ctx } }) => {
  if (ctx.target === document.body || ctx.target?.id === 'page') lookAtPage();
});

lookAtPage();
