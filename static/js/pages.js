/* The pages of a document: <div data-pages="(lesson)" data-token> of <figure data-page="(number)">. Remembers at which page the reader stands, on
   the server for every device, says so where pictures do not come (their words stay), and opens a page's large picture over the page, to be moved about; without scripts its link opens it. */
(function () {
  "use strict";
  var box = document.querySelector("[data-pages]");
  if (!box) { return; }
  var pages = Array.prototype.slice.call(box.querySelectorAll("[data-page]")), told = 0, timer = null;

  function here() {
    var middle = window.innerHeight / 2, found = 0;
    pages.forEach(function (page) { if (page.getBoundingClientRect().top <= middle) { found = Number(page.getAttribute("data-page")); } });
    return found;
  }
  function tell() {
    var page = here();
    if (!page || page === told) { return; }
    told = page;
    fetch("/lessons/" + box.getAttribute("data-pages") + "/place", {
      method: "POST", credentials: "same-origin", keepalive: true, headers: { "Content-Type": "application/json", "X-CSRFToken": box.getAttribute("data-token") },
      body: JSON.stringify({ page: page, person: document.body.getAttribute("data-person") })
    }).catch(function () { told = 0; });
  }
  if (pages.length > 1) {
    window.addEventListener("scroll", function () { clearTimeout(timer); timer = setTimeout(tell, 1500); }, { passive: true });
    document.addEventListener("visibilitychange", function () { if (document.hidden && timer) { clearTimeout(timer); tell(); } });
  }

  var notice = document.querySelector("[data-no-pictures]"), missing = [];
  function miss(picture) {
    missing.push(picture);
    picture.closest("a").hidden = true;
    notice.hidden = false;
  }
  box.addEventListener("error", function (event) { if (event.target.tagName === "IMG") { miss(event.target); } }, true);
  Array.prototype.filter.call(box.querySelectorAll("img"), function (picture) { return picture.complete && !picture.naturalWidth; }).forEach(miss);
  window.addEventListener("online", function () {
    notice.hidden = true;
    missing.splice(0).forEach(function (picture) { picture.closest("a").hidden = false; picture.src = picture.getAttribute("src"); });
  });

  box.addEventListener("click", function (event) {
    var link = event.target.closest("[data-zoom]");
    if (!link) { return; }
    event.preventDefault();
    open(link);
  });
  function open(link) {
    var over = document.createElement("div"), close = document.createElement("button"), room = document.createElement("div"), picture = new Image();
    over.className = "zoom";
    over.setAttribute("role", "dialog");
    over.setAttribute("aria-modal", "true");
    over.setAttribute("aria-label", _("放大的一页"));
    close.type = "button";
    close.textContent = _("关闭");
    room.className = "zoom-room";
    room.tabIndex = 0;
    picture.src = link.href;
    picture.alt = link.querySelector("img").alt;
    room.appendChild(picture);
    over.appendChild(close);
    over.appendChild(room);
    document.body.appendChild(over);
    document.body.classList.add("zoomed");
    close.focus();
    function shut() {
      document.removeEventListener("keydown", key);
      document.body.classList.remove("zoomed");
      over.remove();
      link.focus();
    }
    function key(pressed) {
      if (pressed.key === "Escape") { shut(); }
      if (pressed.key === "Tab") { pressed.preventDefault(); (document.activeElement === close ? room : close).focus(); }
    }
    close.addEventListener("click", shut);
    document.addEventListener("keydown", key);
  }
})();
