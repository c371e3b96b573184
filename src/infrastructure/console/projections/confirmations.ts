import type { Confirmation } from '../kit/confirmation.js';
import { at } from '../kit/href.js';

export type Act = 'rebuild' | 'cancel' | 'swap' | 'roll-back' | 'drop-previous';

type Asked = Pick<Confirmation, 'title' | 'says' | 'button' | 'isDangerous' | 'fields'>;

const ASKED: Readonly<Record<Act, (name: string) => Asked>> = {
  rebuild: (name) => ({
    title: `Rebuild ${name}`,
    says: [
      'All events of the log are read again, and new documents are made beside those that answer now.',
      'Nothing changes for readers until you swap. No mail is sent: projections cannot send.',
      'It takes some of the machine meanwhile. You can pause or cancel it at any time.',
    ],
    button: 'Start the rebuild',
    fields: [
      { name: 'from', label: 'Only events after this position, to look at; it cannot be swapped (optional)' },
    ],
  }),
  cancel: (name) => ({
    title: `Cancel the rebuild of ${name}`,
    says: [
      'What it has built is dropped. To have it again, it has to be built again from the beginning.',
      'The documents that answer now stay as they are.',
    ],
    button: 'Cancel the rebuild',
    isDangerous: true,
  }),
  swap: (name) => ({
    title: `Swap ${name}`,
    says: [
      'The rebuilt documents answer from now on, on every instance, all at once.',
      'The documents that answer now are kept, so that you can roll back. Those that were kept before are dropped.',
      'Look at the difference first: it says what readers will see change.',
    ],
    button: 'Swap',
  }),
  'roll-back': (name) => ({
    title: `Roll back ${name}`,
    says: [
      'The documents that answered before the last swap answer again, as soon as they have caught up.',
      'Those that answer now are kept in their place, so that you can roll back once more.',
    ],
    button: 'Roll back',
  }),
  'drop-previous': (name) => ({
    title: `Drop the previous documents of ${name}`,
    says: [
      'The documents that were kept at the last swap are deleted, which frees their space.',
      'After that the swap cannot be rolled back. You can still rebuild.',
    ],
    button: 'Drop them',
    isDangerous: true,
  }),
};

/** What an act on a projection will do, before somebody decides it. */
export const confirmation = (name: string, act: Act): Confirmation => ({
  ...ASKED[act](name),
  action: at('projections', name, act),
  back: at('projections', name),
});
