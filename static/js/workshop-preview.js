/* A recording without a plain file: <video data-preview="playlist" data-library="hls.js">; the library is fetched on the first play. */
(function () {
  "use strict";
  Array.prototype.forEach.call(document.querySelectorAll("video[data-preview]"), function (video) {
    var list = video.getAttribute("data-preview");
    if (video.canPlayType("application/vnd.apple.mpegurl")) { video.src = list; return; }
    var script = document.createElement("script");
    script.src = video.getAttribute("data-library");
    script.onload = function () {
      if (!window.Hls || !window.Hls.isSupported()) { return; }
      var player = new window.Hls({ autoStartLoad: false });
      player.loadSource(list);
      player.attachMedia(video);
      video.addEventListener("play", function start() { video.removeEventListener("play", start); player.startLoad(); });
    };
    document.head.appendChild(script);
  });
})();
