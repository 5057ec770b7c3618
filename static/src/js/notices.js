// Messages whose words stand in the page as <template data-notice="name">: shown as a toast.

/** `text` replaces the template's own words: what the server said. */
export function showNotice(name, text) {
  const template = document.querySelector(`template[data-notice="${name}"]`)
  const place = document.getElementById("toasts")
  if (!template || !place) return
  const toast = template.content.firstElementChild.cloneNode(true)
  if (text) toast.querySelector("[data-words]").textContent = text
  for (const old of place.querySelectorAll(`[data-notice="${name}"]`)) old.remove()
  toast.dataset.notice = name
  place.append(toast)
}
