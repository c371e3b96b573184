// What a page of another origin can try in a browser. A test serves it; `attack` resolves with what was tried, and what could be read.

const tried = {};
/** Answers that the page could read: their status and their text. */
const read = [];

const settled = (work, within = 3_000) =>
  Promise.race([
    Promise.resolve(work).catch(() => undefined),
    new Promise((over) => setTimeout(over, within)),
  ]);

const once = async (what, work) => {
  tried[what] = (tried[what] ?? 0) + 1;
  await settled(work());
};

const keep = async (response) => {
  const text = await response.text();
  if (text.length > 0) read.push({ status: response.status, text });
};

/** An element that loads something: resolves when it has, or could not. */
const loaded = (tag, attributes) =>
  new Promise((resolve) => {
    const element = Object.assign(document.createElement(tag), attributes);
    element.onload = element.onerror = () => resolve(element);
    document.body.append(element);
  }).then((element) => {
    try {
      const text = element.contentDocument?.body?.innerText ?? '';
      if (text) read.push({ status: 0, text });
    } catch {
      // of another origin
    }
    element.remove();
  });

/** Sends a form, as a click on it would, into a frame. */
const form = (action, enctype, fields) =>
  new Promise((resolve) => {
    const frame = Object.assign(document.createElement('iframe'), { name: `frame-${Math.random()}` });
    const sent = Object.assign(document.createElement('form'), {
      method: 'post',
      action,
      enctype,
      target: frame.name,
    });
    for (const [name, value] of Object.entries(fields))
      sent.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }));
    document.body.append(frame, sent);
    frame.onload = () => resolve({ frame, sent });
    sent.submit();
  }).then(({ frame, sent }) => {
    try {
      const text = frame.contentDocument?.body?.innerText ?? '';
      if (text) read.push({ status: 0, text });
    } catch {
      // of another origin
    }
    frame.remove();
    sent.remove();
  });

/** JSON as a form of text/plain has it: the = between name and value stands within a string. */
const asField = (json) => ({ [`${json.slice(0, -1)},"x":"`]: '"}' });

const change = async (method, url, json) => {
  const body = method === 'POST' ? json : undefined;
  await once('fetch no-cors without a body', () =>
    fetch(url, { mode: 'no-cors', method: 'POST' }).then(keep),
  );
  await once('fetch no-cors text/plain', () =>
    fetch(url, { mode: 'no-cors', method: 'POST', body: json }).then(keep),
  );
  await once('fetch no-cors without a type', () =>
    fetch(url, { mode: 'no-cors', method: 'POST', body: new Blob([json]) }).then(keep),
  );
  await once('fetch no-cors with cookies', () =>
    fetch(url, { mode: 'no-cors', method: 'POST', credentials: 'include', body: json }).then(keep),
  );
  await once('fetch no-cors two types', () =>
    fetch(url, {
      mode: 'no-cors',
      method: 'POST',
      headers: { 'content-type': 'text/plain; application/json' },
      body: json,
    }).then(keep),
  );
  await once('form urlencoded', () => form(url, 'application/x-www-form-urlencoded', JSON.parse(json)));
  await once('form text/plain', () => form(url, 'text/plain', asField(json)));
  await once('form multipart', () => form(url, 'multipart/form-data', JSON.parse(json)));
  await once('form without fields', () => form(url, 'application/x-www-form-urlencoded', {}));
  await once('sendBeacon', async () => navigator.sendBeacon(url, json));
  await once('sendBeacon of a blob', async () =>
    navigator.sendBeacon(url, new Blob([json], { type: 'text/plain' })),
  );
  await once('sendBeacon of JSON', async () =>
    navigator.sendBeacon(url, new Blob([json], { type: 'application/json' })),
  );
  await once('fetch cors', () => fetch(url, { method, body }).then(keep));
  await once('fetch cors JSON', () =>
    fetch(url, { method, body, headers: { 'content-type': 'application/json' } }).then(keep),
  );
  await once('fetch cors with credentials', () =>
    fetch(url, { method, body, credentials: 'include', headers: { authorization: 'Bearer x' } }).then(keep),
  );
  await once(
    'XMLHttpRequest',
    () =>
      new Promise((resolve) => {
        const request = new XMLHttpRequest();
        request.open(method, url);
        request.onloadend = () => {
          if (request.responseText) read.push({ status: request.status, text: request.responseText });
          resolve();
        };
        request.send(body);
      }),
  );
  for (const other of ['PUT', 'PATCH', 'DELETE'])
    await once(`fetch cors ${other}`, () => fetch(url, { method: other, body: json }).then(keep));
};

const look = async (url) => {
  await once('fetch', () => fetch(url).then(keep));
  await once('fetch with credentials', () => fetch(url, { credentials: 'include' }).then(keep));
  await once('fetch no-cors', () => fetch(url, { mode: 'no-cors' }).then(keep));
  await once('image', () => loaded('img', { src: url }));
  await once('script', () => loaded('script', { src: url }));
  await once('style sheet', () => loaded('link', { rel: 'stylesheet', href: url }));
  await once('frame', () => loaded('iframe', { src: url }));
  await once('object', () => loaded('object', { data: url }));
  await once('embed', () => loaded('embed', { src: url }));
  await once(
    'EventSource',
    () =>
      new Promise((resolve) => {
        const source = new EventSource(url);
        source.addEventListener('progress', ({ data }) => {
          read.push({ status: 200, text: data });
        });
        source.onopen = source.onerror = () => {
          source.close();
          resolve();
        };
      }),
  );
  await once(
    'WebSocket',
    () =>
      new Promise((resolve) => {
        const socket = new WebSocket(url.replace(/^http/, 'ws'));
        socket.onmessage = ({ data }) => read.push({ status: 101, text: String(data) });
        socket.onopen = () => {
          read.push({ status: 101, text: 'open' });
          resolve();
        };
        socket.onerror = resolve;
      }),
  );
};

/** A window is opened and looked into. Each takes a second, so few of them are. */
const open = (url) =>
  once('window', async () => {
    const opened = window.open(url);
    for (let n = 0; n < 10; n += 1) {
      await new Promise((next) => setTimeout(next, 100));
      try {
        const text = opened?.document.body?.innerText ?? '';
        if (text) read.push({ status: 0, text });
      } catch {
        // of another origin
      }
    }
    opened?.close();
  });

window.attack = async ({ changes, looks, opens }) => {
  for (const { method, url, json } of changes) await change(method, url, json);
  for (const url of looks) await look(url);
  for (const url of opens) await open(url);
  return { tried, read };
};
