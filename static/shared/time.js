// The reader's own time beside each UTC time, or one `ahead` of it by minutes. Fields that only a script can fill stay
// empty without it.
(function () {
  "use strict";
  const language = [document.documentElement.lang || "en", "fr"]; // browsers know no Creole
  const clock = new Intl.DateTimeFormat(language, { hour: "2-digit", minute: "2-digit" });
  const full = new Intl.DateTimeFormat(language, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });

  function show(time) {
    const beside = time.nextElementSibling, moment = new Date(time.dateTime);
    if (!beside || !beside.dataset.localText || isNaN(moment)) return;
    const ahead = Number(time.dataset.ahead || 0);
    const sameDay = moment.getDate() === new Date(moment.getTime() + ahead * 60000).getUTCDate();
    const text = moment.getTimezoneOffset() === -ahead ? "" :
      beside.dataset.localText.replace("{time}", (sameDay ? clock : full).format(moment));
    if (beside.textContent !== text) beside.textContent = text;
  }

  window.tiraj.whenever(function (part) { part.querySelectorAll("time[data-local]").forEach(show); });
})();
