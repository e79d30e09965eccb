// The demo page lists what its frame tells it. What is only about the frame's size is left out.
(function () {
  "use strict";
  const list = document.getElementById("demo-news");
  if (!list) return;
  const words = JSON.parse(list.dataset.words), most = 6;

  Object.keys(words).forEach(function (type) {
    document.addEventListener("tiraj:" + type, function (event) {
      const line = document.createElement("li"), name = document.createElement("code"), text = document.createElement("span");
      name.textContent = "tiraj:" + type;
      text.textContent = words[type].replace(/\{(\w+)\}/g, function (_, field) { return event.detail[field]; });
      line.append(name, text);
      list.append(line);
      while (list.children.length > most) list.firstElementChild.remove();
    });
  });
})();
