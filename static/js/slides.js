/* Slides of a lecture that is heard: <section data-slides> beside a [data-player], with an <a data-from data-light href> for each. Shows the slide of
   the moment over the player's screen, fetched when it is its turn; a tap on one in the list jumps there. Switched off, none is fetched. */
(function () {
  "use strict";
  var list = document.querySelector("[data-slides]"), box = document.querySelector("[data-player]");
  if (!list || !box) { return; }
  var video = box.querySelector("video"), screen = box.querySelector(".screen"), onoff = box.querySelector("[data-slides-switch]"), picture = new Image();
  var slides = Array.prototype.map.call(list.querySelectorAll("[data-from]"), function (link) { return { from: Number(link.getAttribute("data-from")), link: link }; });
  var shown = recall(), current = null, pending = null;
  picture.className = "slide-now";
  screen.appendChild(picture);

  function follow() {
    var found = slides[0];
    slides.forEach(function (slide) { if (slide.from <= video.currentTime) { found = slide; } });
    if (found !== current) {
      if (current) { current.link.removeAttribute("aria-current"); }
      current = found;
      current.link.setAttribute("aria-current", "true");
    }
    picture.hidden = !shown;
    if (!shown) { return; }
    picture.alt = current.link.textContent.trim();
    var address = current.link.getAttribute(window.innerWidth > 720 ? "href" : "data-light");
    if (picture.getAttribute("src") !== address) { picture.src = address; }
  }
  picture.addEventListener("error", function () { if (!/\.jpg$/.test(picture.src)) { picture.src = current.link.href; } });
  ["timeupdate", "seeked"].forEach(function (name) { video.addEventListener(name, follow); });
  video.addEventListener("playing", function () { if (pending !== null) { video.currentTime = pending; pending = null; } });
  list.addEventListener("click", function (event) {
    var link = event.target.closest("[data-from]");
    if (!link) { return; }
    event.preventDefault();
    if (video.readyState > 0) { video.currentTime = Number(link.getAttribute("data-from")); video.play(); } else { pending = Number(link.getAttribute("data-from")); box.querySelector("[data-play]").click(); }
    box.scrollIntoView();
  });
  onoff.addEventListener("click", function () {
    shown = !shown;
    try { localStorage.setItem("slides", shown ? "on" : "off"); } catch (fault) { /* asked again next time */ }
    say();
  });
  function say() {
    onoff.setAttribute("aria-pressed", String(shown));
    onoff.querySelector("span").textContent = shown ? _("不看幻灯片（省流量）") : _("看幻灯片");
    follow();
  }
  function recall() { try { return localStorage.getItem("slides") !== "off"; } catch (fault) { return true; } }
  onoff.hidden = false;
  say();
})();
