// What waits in this browser to be sent belongs to the account that wrote it.

const PREFIX = "network:"
const account = () => document.documentElement.dataset.account

/** Storage may be full or forbidden; then nothing is kept, and nothing breaks. */
function attempt(work) {
  try {
    return work()
  } catch {
    return null
  }
}

export const read = (name) => account() && attempt(() => JSON.parse(localStorage.getItem(`${PREFIX}${account()}:${name}`)))

export function keep(name, value) {
  if (!account()) return
  const key = `${PREFIX}${account()}:${name}`
  attempt(() => (value == null ? localStorage.removeItem(key) : localStorage.setItem(key, JSON.stringify(value))))
}

/** When somebody signs out nothing of theirs stays on the device. */
export const forgetAll = () => forget(() => true)

/** Nor does anything stay of whoever used this browser before. */
export const forgetOthers = () => account() && forget((key) => !key.startsWith(`${PREFIX}${account()}:`))

function forget(which) {
  attempt(() => {
    for (const key of Object.keys(localStorage)) {
      if (!key.startsWith(PREFIX) || !which(key)) continue
      localStorage.removeItem(key)
      if (key.endsWith(":drafts")) indexedDB.deleteDatabase(key) // texts that were written together, see editor/device.js
    }
  })
}
