/** Which release of Herald this is, a string such as `0.1.0`. */
export const VERSION = Symbol('VERSION');
