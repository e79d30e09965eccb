// Axe's contrast of the texts whose look is not among those that it has passed before: what is wrong, and what it passed.
async (known) => {
  const passed = new Set(known);
  const behind = new Map();  // an element: what is painted behind a text in it
  const ground = (element) => {
    if (!element) return "";
    if (!behind.has(element)) {
      const style = getComputedStyle(element);
      const own = [style.backgroundColor, style.backgroundImage, style.opacity, style.filter, style.mixBlendMode].join(" ");
      const plain = own === "rgba(0, 0, 0, 0) none 1 none normal";
      const moved = ["absolute", "fixed", "sticky"].includes(style.position);  // it may lie over anything
      const below = ground(element.parentElement);
      behind.set(element, below === null || moved ? null : plain ? below : `${below} / ${own}`);
    }
    return behind.get(element);
  };
  const look = (element) => {
    const style = getComputedStyle(element), below = ground(element);
    return below === null ? null : [style.color, style.fontSize, style.fontWeight, style.textShadow, below].join("; ");
  };
  const speaks = (element) => element.matches("input, select, textarea, button")
    || [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const fresh = [...document.body.querySelectorAll("*")].filter(
    (element) => speaks(element) && element.checkVisibility() && !passed.has(look(element)));
  if (!fresh.length) return {wrong: [], passed: []};
  const outcome = await axe.run({include: fresh}, {
    runOnly: ["color-contrast"], resultTypes: ["violations", "passes"], elementRef: true, selectors: false,
    preload: false,
  });
  const nodes = (results) => results.flatMap((rule) => rule.nodes);
  return {
    wrong: nodes(outcome.violations).map((node) => `color-contrast: ${node.html.slice(0, 200)}: ${node.failureSummary}`),
    passed: [...new Set(nodes(outcome.passes).map((node) => look(node.element)).filter((one) => one !== null))],
  };
}
