/* A roll of ticks: 全选, 全不选, and how many are present; what 外出轮训 must say is unfolded. Everything works without it. */
(function () {
  "use strict";
  Array.prototype.forEach.call(document.querySelectorAll("[data-roll]"), function (roll) {
    var ticks = Array.prototype.slice.call(roll.querySelectorAll("input[name=present]"));
    var count = roll.querySelector("[data-roll-count]");
    function tell() {
      var present = ticks.filter(function (tick) { return tick.checked; }).length;
      count.textContent = count.getAttribute("data-words").replace("NN", String(present));
    }
    function setting(selector, value) {
      var button = roll.querySelector(selector);
      button.hidden = false;
      button.addEventListener("click", function () {
        ticks.forEach(function (tick) { tick.checked = value; });
        tell();
      });
    }
    setting("[data-roll-all]", true);
    setting("[data-roll-none]", false);
    roll.addEventListener("change", tell);
    tell();
  });
  Array.prototype.forEach.call(document.querySelectorAll("details[data-opens-for]"), function (fold) {
    fold.closest("form").addEventListener("change", function (event) {
      if (event.target.value === fold.getAttribute("data-opens-for")) fold.open = true;
    });
  });
})();
