// Live progress. A part with data-progress is refreshed when that address says so, and htmx does not ask at intervals meanwhile. It asks
// again as soon as nothing is heard. The stream is open only while the part is on a page that is seen.

/** The server says something every five seconds at least: after this long the connection is dead, in milliseconds. */
const SILENCE = 15_000;

let stream;
let address;
let heardAt = 0;

const part = () => document.querySelector('[data-progress]');

const isHeard = () => stream?.readyState === EventSource.OPEN && performance.now() - heardAt < SILENCE;

const close = () => {
  stream?.close();
  stream = undefined;
  address = undefined;
};

const follow = () => {
  const wanted = document.hidden ? undefined : part()?.dataset.progress;
  if (wanted === address) return;
  close();
  if (!wanted || !window.EventSource) return;
  address = wanted;
  stream = new EventSource(wanted);
  stream.addEventListener('progress', () => {
    heardAt = performance.now();
    part()?.dispatchEvent(new CustomEvent('progress'));
  });
};

document.addEventListener(
  'every',
  (event) => {
    if (event.target === part() && isHeard()) event.stopPropagation();
  },
  true,
);

// Whatever changes the page: a link, a form, back and forward, or the refreshed part itself.
new MutationObserver(follow).observe(document.documentElement, {
  childList: true,
  subtree: true,
  attributeFilter: ['data-progress'],
});
document.addEventListener('visibilitychange', follow);
window.addEventListener('pagehide', close);
window.addEventListener('pageshow', follow);
