// What a machine can find wrong with a page as it stands. Returns sentences; none when all is well.
() => {
  const found = [];
  const width = document.documentElement.clientWidth;
  const TARGETS = 'a[href], button, input:not([type=hidden]), select, textarea, summary';
  const shown = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const hiddenFromSight = (e) =>
    e.closest('.vh, .skip:not(:focus), option, [aria-hidden=true] title') || getComputedStyle(e).clipPath === 'inset(50%)';
  const name = (e) => {
    const text = (e.getAttribute('aria-label') ?? e.textContent ?? '').trim().replace(/\s+/g, ' ').slice(0, 40);
    const classes = typeof e.className === 'string' && e.className ? `.${e.className.split(' ').join('.')}` : '';
    return `<${e.tagName.toLowerCase()}${e.id ? `#${e.id}` : ''}${classes}> “${text}”`;
  };
  const meets = (a, b, slack) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > slack &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > slack;
  const above = (e, test) => {
    for (let up = e.parentElement; up; up = up.parentElement) if (test(up, getComputedStyle(up))) return up;
    return null;
  };
  const scrollsSideways = (e) => above(e, (up, css) => /auto|scroll/.test(css.overflowX) && up.scrollWidth > up.clientWidth);
  const scrollsDown = (e) => above(e, (up, css) => /auto|scroll/.test(css.overflowY) && up.scrollHeight > up.clientHeight);
  const fixedRoot = (e) => e.closest('.tabs, .toasts, .foot') ?? null;

  // One answer at the head, one ink button.
  const heads = document.querySelectorAll('h1');
  if (heads.length !== 1) found.push(`${heads.length} h1`);
  const ink = [...document.querySelectorAll('.btn.go')].filter(shown);
  if (ink.length > 1) found.push(`${ink.length} ink buttons: ${ink.map(name).join(', ')}`);

  // Nothing wider than the screen.
  if (document.documentElement.scrollWidth > width) {
    found.push(`page is ${document.documentElement.scrollWidth} px wide, the screen ${width}`);
    for (const e of document.querySelectorAll('main *, .tabs *')) {
      if (shown(e) && e.getBoundingClientRect().right > width + 1 && !scrollsSideways(e)) found.push(`sticks out: ${name(e)}`);
    }
  }

  // Every control: large enough, apart from the others, and free to be pressed once scrolled to.
  const targets = [...document.querySelectorAll(TARGETS)].filter((e) => shown(e) && !hiddenFromSight(e));
  const boxes = targets.map((e) => e.getBoundingClientRect());
  const roots = targets.map(fixedRoot);
  targets.forEach((e, n) => {
    const box = boxes[n];
    if (box.width < 43.9 || box.height < 43.9) {
      found.push(`only ${box.width.toFixed(0)} × ${box.height.toFixed(0)} px: ${name(e)}`);
    }
    for (let m = 0; m < n; m++) {
      const other = targets[m];
      if (roots[n] === roots[m] && meets(box, boxes[m], 1) && !e.contains(other) && !other.contains(e)) {
        found.push(`overlap: ${name(e)} and ${name(other)}`);
      }
    }
  });
  const start = [window.scrollX, window.scrollY];
  const scrollers = [...document.querySelectorAll('*')].filter((e) => e.scrollLeft || e.scrollTop);
  const places = scrollers.map((e) => [e, e.scrollLeft, e.scrollTop]);
  for (const e of targets) {
    e.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
    const box = e.getBoundingClientRect();
    const middle = box.top + box.height / 2;
    for (const part of [0.1, 0.5, 0.9]) {
      const hit = document.elementFromPoint(box.left + box.width * part, middle);
      if (!hit || !(e.contains(hit) || hit.contains(e))) {
        found.push(`covered${hit ? ` by ${name(hit)}` : ', or out of the screen'}: ${name(e)}`);
        break;
      }
    }
  }
  for (const e of document.querySelectorAll('.chips, pre, .tw')) e.scrollLeft = 0;
  for (const [e, left, top] of places) e.scrollTo({ left, top, behavior: 'instant' });
  window.scrollTo({ left: start[0], top: start[1], behavior: 'instant' });

  // Every piece of text: on the screen, inside its box, on top of no other text, and in words.
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const pieces = [];
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const e = node.parentElement;
    if (!node.data.trim() || !e || /^(SCRIPT|STYLE|NOSCRIPT)$/.test(e.tagName) || !shown(e) || hiddenFromSight(e)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = e.closest('.btn, .chip, .qty, .kpi, .av, .tabs a, .back, .sq');
    const cut = above(e, (up, css) => /hidden|clip/.test(css.overflowX + css.overflowY));
    for (const r of range.getClientRects()) {
      if (r.width < 1) continue;
      const sideways = scrollsSideways(e);
      if ((r.left < -1 || r.right > width + 1) && !sideways) found.push(`text out of the screen: ${name(e)}`);
      if (box && !sideways) {
        const b = box.getBoundingClientRect();
        if (r.left < b.left - 1 || r.right > b.right + 1 || r.top < b.top - 4 || r.bottom > b.bottom + 4) {
          found.push(`text out of its box: ${name(box)}`);
        }
      }
      if (cut && !sideways && !scrollsDown(e)) {
        const b = cut.getBoundingClientRect();
        if (r.left < b.left - 1 || r.right > b.right + 1) found.push(`text cut: ${name(e)}`);
      }
      if (!sideways) pieces.push([r, e, fixedRoot(e)]);
    }
    if (!e.closest('pre, code, [data-raw]')) {
      if (/\b[a-z]+_[a-z_]+\b/.test(node.data)) found.push(`raw name: “${node.data.trim().slice(0, 60)}”`);
      if (/\b(None|nan|NaN|undefined|null)\b|\[object|[{}]/.test(node.data)) found.push(`not words: “${node.data.trim().slice(0, 60)}”`);
    }
  }
  for (let n = 0; n < pieces.length; n++) {
    for (let m = Math.max(0, n - 200); m < n; m++) {
      const [a, e, root] = pieces[n];
      const [b, other, otherRoot] = pieces[m];
      if (root !== otherRoot) continue;
      const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (across > 2 && down > Math.min(a.height, b.height) / 2) found.push(`text on text: ${name(e)} and ${name(other)}`);
    }
  }

  // Every drawing is there.
  for (const use of document.querySelectorAll('use')) {
    const drawn = use.getBBox();
    if (shown(use.closest('svg')) && !drawn.width && !drawn.height) found.push(`no such drawing: ${use.getAttribute('href')}`);
  }
  for (const image of document.images) {
    if (shown(image) && !image.naturalWidth) found.push(`no such picture: ${image.getAttribute('src')}`);
  }
  return [...new Set(found)];
};
