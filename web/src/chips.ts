// A row of chips that is wider than the screen stands where its chosen one can be seen.

for (const chosen of document.querySelectorAll<HTMLElement>(".chips [aria-current]")) {
  const row = chosen.parentElement;
  if (row) row.scrollLeft = chosen.offsetLeft - row.offsetLeft - (row.clientWidth - chosen.offsetWidth) / 2;
}
