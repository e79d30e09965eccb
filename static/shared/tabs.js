// Where tabs, or the site's menu, are one line that is moved sideways, the one that is shown stands within it, also when
// the line gets another width: a phone that is turned, a window that is drawn narrower.
(function () {
  "use strict";

  function bringIntoSight(tabs) {
    const shown = tabs.querySelector("[aria-current]");
    if (!shown || tabs.scrollWidth <= tabs.clientWidth) return;
    const off = shown.getBoundingClientRect().left - tabs.getBoundingClientRect().left;
    tabs.scrollLeft += off - (tabs.clientWidth - shown.offsetWidth) / 2;
  }

  const widths = new ResizeObserver(function (changes) {
    changes.forEach(function (change) { bringIntoSight(change.target); });
  });
  document.querySelectorAll(".tabs, .site-head .site-nav").forEach(function (tabs) { widths.observe(tabs); });
})();
