// Bytes as text, as the live protocol carries them.

const PART = 0x8000 // as many as a call may have arguments

export function toText(bytes) {
  let text = ""
  for (let start = 0; start < bytes.length; start += PART) text += String.fromCharCode(...bytes.subarray(start, start + PART))
  return btoa(text)
}

export const toBytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
