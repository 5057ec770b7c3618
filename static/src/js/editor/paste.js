// What is pasted from Word and from web pages keeps its headings, lists, bold words, links and tables, and nothing else.
// What was copied from a text here comes as it is.

const KEPT = new Set("P H1 H2 H3 H4 H5 H6 UL OL LI B STRONG A TABLE TBODY THEAD TFOOT TR TD TH BR".split(" "))
const SIGN = "[data-was*='mso-list:Ignore' i], [data-was*='mso-list: Ignore' i]"
const GONE = `script, meta, link, title, xml, noscript, template, ${SIGN}`

/** As it is parsed the browser would apply the styles, which the page's policy forbids, and say so. They are only read here. */
const harmless = (html) =>
  html.replace(/<style[\s\S]*?<\/style>/gi, "").replace(/<[^>]*>/g, (tag) => tag.replace(/\sstyle\s*=/gi, " data-was=").replace(/\son[a-z]+\s*=/gi, " data-on="))

export function cleaned(html) {
  if (/data-pm-slice/.test(html)) return html
  const { body } = new DOMParser().parseFromString(harmless(html), "text/html")
  makeLists(body)
  for (const element of body.querySelectorAll(GONE)) element.remove()
  for (const element of [...body.querySelectorAll("*")]) {
    const [, weight = ""] = element.dataset.was?.match(/font-weight:\s*(\w+)/i) ?? []
    const isPlain = /^(400|normal)$/.test(weight) // how Google Docs wraps all that it copies
    const isBold = /^([6-9]00|bold)$/.test(weight) && element.tagName === "SPAN"
    const { href, tagName } = element
    for (const { name } of [...element.attributes]) element.removeAttribute(name)
    if (tagName === "A" && href) element.setAttribute("href", href)
    if (isBold) {
      const strong = element.ownerDocument.createElement("strong")
      strong.append(...element.childNodes)
      element.replaceWith(strong)
    } else if (!KEPT.has(tagName) || (isPlain && /^(B|STRONG)$/.test(tagName)) || (tagName === "A" && !href)) unwrap(element)
  }
  return body.innerHTML
}

/** A block that is let go still ends a paragraph. */
function unwrap(element) {
  const isBlock = /^(DIV|SECTION|ARTICLE|BLOCKQUOTE|PRE|DL|DT|DD|FIGURE|HEADER|FOOTER|MAIN)$/.test(element.tagName)
  const hasBlocks = element.querySelector("p, h1, h2, h3, h4, h5, h6, ul, ol, table, div, blockquote, pre")
  if (isBlock && !hasBlocks) {
    const paragraph = element.ownerDocument.createElement("p")
    paragraph.append(...element.childNodes)
    element.replaceWith(paragraph)
  } else element.replaceWith(...element.childNodes)
}

/** Word writes an entry of a list as a paragraph that says so in its style, with the sign or number in front. */
function makeLists(body) {
  let open = [] // of each level its list
  for (const paragraph of [...body.querySelectorAll("p, h1, h2, h3, h4, h5, h6")]) {
    const level = Number(paragraph.dataset.was?.match(/mso-list:[^;]*level(\d)/i)?.[1])
    if (!level || paragraph.tagName !== "P") {
      open = []
      continue
    }
    const sign = paragraph.querySelector(SIGN)?.textContent.trim() ?? ""
    const tag = /^\(?(\d+|[a-z]{1,4}|[ivx]+)[.)]/i.test(sign) ? "ol" : "ul"
    open.length = Math.min(open.length, level)
    const above = open.findLast(Boolean)
    if (!open[level - 1]) {
      const list = body.ownerDocument.createElement(tag)
      if (above?.lastElementChild) above.lastElementChild.append(list)
      else paragraph.before(list)
      open[level - 1] = list
    }
    const item = body.ownerDocument.createElement("li")
    const text = body.ownerDocument.createElement("p")
    text.append(...paragraph.childNodes)
    item.append(text)
    open[level - 1].append(item)
    paragraph.remove()
  }
}
