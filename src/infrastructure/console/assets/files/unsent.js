// What was typed into a form that was refused, or whose session was over, is there again when its page is opened next: in the same tab,
// for the same person, once.

const UNSENT = 'herald-unsent';

const who = () => document.querySelector('.who')?.textContent;

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

// A page that leads back to the form leaves what was typed into it to that; any other page, such as one that says that it was done, ends it.
const isRefusal = () => document.querySelector('[data-unsent]') !== null;

document.addEventListener(
  'submit',
  ({ target: form }) => {
    if (form.method !== 'post' || isSecret(form)) return;
    const fields = [...new FormData(form)];
    if (fields.length > 0) keep({ action: form.action, who: who(), fields });
    else forget();
  },
  true,
);

const fill = (form, fields) => {
  for (const field of form.elements) {
    const values = fields.filter(([name]) => name === field.name).map(([, value]) => value);
    if (field.type === 'checkbox' || field.type === 'radio') field.checked = values.includes(field.value);
    else if (values.length > 0 && field.type !== 'hidden') field.value = values[0];
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
  if (isRefusal()) {
    const unsent = kept();
    if (unsent) keep({ ...unsent, isRefused: true });
    return;
  }
  const { isRefused, action, who: whose, fields } = kept() ?? {};
  const form = isRefused && whose === who() && [...document.forms].find((one) => one.action === action);
  if (form) fill(form, fields);
  if (form || !isRefused) forget();
};

document.addEventListener('htmx:after:swap', ({ detail: { ctx } }) => {
  if (ctx.target === document.body || ctx.target?.id === 'page') lookAtPage();
});

lookAtPage();
