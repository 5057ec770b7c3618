// The server's clock, learned from its answers: devices may be minutes off.

let offset = 0

export const serverTime = () => Date.now() + offset

/** `asked`: when the question left, by this device's clock, in milliseconds. */
export function learnTime(now, asked) {
  const time = Date.parse(now)
  if (!Number.isNaN(time)) offset = time - (asked + Date.now()) / 2
}
