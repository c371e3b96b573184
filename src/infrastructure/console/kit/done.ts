/** What a page says after a form has done its work, by the name that the address carries. */
export const DONE = {
  'signed-out': 'You have signed out.',
  resolved: 'The outcome is recorded.',
  'rebuild-started': 'The rebuild has started. What readers see stays as it is until you swap.',
  'rebuild-paused': 'The rebuild is paused. It keeps what it has.',
  'rebuild-resumed': 'The rebuild goes on.',
  'rebuild-cancelled': 'The rebuild is cancelled, and its documents are dropped.',
  'rebuild-swapped': 'The rebuilt documents answer now. The previous ones are kept.',
  'rolled-back': 'The previous documents answer again.',
  'previous-dropped': 'The previous documents are dropped.',
  'projection-retried':
    'The retry is requested. The instance that writes the projection does it within seconds.',
  'parked-folded': 'The document has all its events again.',
  'parked-still': 'It was tried again, and is still parked: the list says why.',
  'parked-rebuilding': 'A rebuild has started, and swaps itself in once it has caught up.',
  'sending-held': 'Sending is held. Decisions continue, and raised mails wait.',
  'sending-released': 'Sending goes on.',
  'clock-confirmed': 'The clock is confirmed.',
  'key-revoked': 'The key is revoked. It holds on every instance within a second.',
  'test-clock-moved': 'The test clock has arrived, and everything that was due on the way is done.',
  'test-clock-moving': 'The move has begun.',
  'test-clock-stopped': 'The test clock stands still.',
} as const;

export type Done = keyof typeof DONE;

/** The address of a page without what a form is said to have done there. @param url path and query. */
export const withoutDone = (url: string): string => {
  const [path = '', query] = url.split(/\?(.*)/s);
  const rest = (query ?? '').split('&').filter((one) => !new URLSearchParams(one).has('done'));
  return rest.join('&') ? `${path}?${rest.join('&')}` : path;
};
