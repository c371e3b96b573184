import { vi } from 'vitest';
import { people } from '../../src/application/read-models/people/people.js';

/** From now on the people cannot fold an event about Ben, until it is restored. */
export const breakBen = () => {
  const evolve = people.evolve;
  return vi.spyOn(people, 'evolve').mockImplementation((document, event, id, read) => {
    if (event.data.userId === 'ben') throw new Error('Nobody may be called Ben.');
    return evolve(document, event, id, read);
  });
};
