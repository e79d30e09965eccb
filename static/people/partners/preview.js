// Shows title and accent colour in the preview while they are typed. The preview is the site's real frame, of our own
// origin: its title is replaced, and its theme is the stylesheet of another colour. Nothing is kept before "Save".
(function () {
  "use strict";
  const HEX = /^#[0-9a-f]{6}$/i;
  const root = document.getElementById("preview");
  const frame = root && root.querySelector("iframe");
  if (!frame) return;

  function typed(name) {
    return document.querySelector('[data-preview="' + name + '"]');
  }

  function inside() {
    try { return frame.contentDocument; } catch (refused) { return null; } // not our page: shown as it is
  }

  function show() {
    const page = inside(), title = typed("title"), accent = typed("accent");
    if (!page || !title || !accent) return;
    const head = page.querySelector(".embed-title"), theme = page.querySelector('link[href^="/embed/theme/"]');
    if (head && title.value.trim()) head.textContent = title.value.trim();
    const colour = accent.value.trim() || accent.dataset.ours || "";
    if (theme && HEX.test(colour)) {
      const wanted = "/embed/theme/" + colour.slice(1).toLowerCase() + ".css";
      if (theme.getAttribute("href") !== wanted) theme.setAttribute("href", wanted);
    }
  }

  document.addEventListener("input", function (event) {
    const field = event.target;
    if (!field.matches) return;
    const accent = typed("accent"), picker = document.querySelector("[data-preview-picker]");
    if (field.matches("[data-preview-picker]") && accent) accent.value = field.value;
    if (field.matches('[data-preview="accent"]') && picker && HEX.test(field.value.trim())) picker.value = field.value.trim();
    if (field.matches("[data-preview], [data-preview-picker]")) show();
  });
  frame.addEventListener("load", show);
  document.addEventListener("htmx:afterSwap", show);
})();
