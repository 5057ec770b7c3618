// Files that shall go with a message: chosen, dropped or pasted, listed with a button to leave each out, and sent with progress.

import { understand } from "../outbox"

/** Puts further files into a file field. */
export function add(field, files) {
  const all = new DataTransfer()
  for (const file of [...field.files, ...files]) all.items.add(file)
  field.files = all.files
}

export function list(field, element) {
  element.hidden = !field.files.length
  element.replaceChildren(
    ...[...field.files].map((file) => {
      const [item, name, button] = ["li", "bdi", "button"].map((tag) => document.createElement(tag))
      name.textContent = file.name
      Object.assign(button, { type: "button", className: "nw-btn nw-btn--quiet nw-btn--small nw-btn--icon", textContent: "×" })
      button.setAttribute("aria-label", element.dataset.remove.replace("{name}", file.name))
      button.addEventListener("click", () => {
        const rest = new DataTransfer()
        for (const other of field.files) if (other !== file) rest.items.add(other)
        field.files = rest.files
        list(field, element)
        field.focus()
      })
      item.append(name, button)
      return item
    }),
  )
}

/** Sends a form with its files; `say` hears how many per cent are on their way. Gives what came of it, or null. */
export function send(form, say) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest()
    request.upload.onprogress = ({ loaded, total }) => say(Math.round((100 * loaded) / total))
    request.onload = () => resolve(understand(request.status, request.responseURL !== form.action, request.responseText))
    request.onerror = request.onabort = () => resolve(null)
    request.open("POST", form.action)
    request.send(new FormData(form))
  })
}
