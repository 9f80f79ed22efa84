/* Waiting. */

/** Somewhere between half of a delay and one and a half times it. */
export const jittered = (delay) => delay * (0.5 + Math.random());

export const pause = (delay) => new Promise((resolve) => setTimeout(resolve, delay));
