/** A thread ended before it had answered a call, or had ended already: nobody knows what it did of it. */
export class ThreadLost extends Error {}
