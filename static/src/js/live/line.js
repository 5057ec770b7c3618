// The line that says whether the page is level with the others, and the banner when it is not.
// The words are data of the elements: connected | slow | behind | lost | back | out (signed out).

const BACK = 4000 // milliseconds that "back again" stands

export function connectionLine() {
  let state = ""
  let wasLost = false
  let timer

  function show() {
    for (const element of document.querySelectorAll("[data-connection]")) {
      const words = element.dataset[state] ?? ""
      element.dataset.state = state
      if (element.textContent !== words) element.textContent = words
    }
    for (const banner of document.querySelectorAll("[data-lost-banner]")) banner.hidden = state !== "lost"
    for (const banner of document.querySelectorAll("[data-out-banner]")) {
      banner.hidden = state !== "out"
      banner.querySelector("a").search = new URLSearchParams({ next: location.pathname + location.search })
    }
  }

  function say(next) {
    if (next === "connected" && state === "back") return
    clearTimeout(timer)
    const isBack = next === "connected" && wasLost
    if (next === "lost") wasLost = true
    if (isBack) {
      wasLost = false
      timer = setTimeout(() => {
        state = "connected"
        show()
      }, BACK)
    }
    state = isBack ? "back" : next
    show()
  }

  return { say, show }
}
