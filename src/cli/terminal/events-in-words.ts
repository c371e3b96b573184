/** A number of events in words: `1 event`, `2 events`. */
export const eventsInWords = (events: number): string => `${events} ${events === 1 ? 'event' : 'events'}`;
