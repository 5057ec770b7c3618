// One polite live region for the whole page; what comes in a burst is said in one go.

const BURST = 1000 // milliseconds
let waiting = []

export function announce(text) {
  if (!text) return
  if (!waiting.length) setTimeout(say, BURST)
  if (!waiting.includes(text)) waiting.push(text)
}

function say() {
  const region = document.getElementById("announcer")
  if (region) region.textContent = waiting.join(". ")
  waiting = []
}
