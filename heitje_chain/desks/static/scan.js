// Reads a QR with the camera: a shop's, or one that begins as data-scan says. The reader (257 KB) is loaded only
// when somebody scans; without a camera, or without leave to use it, the code is typed.
(() => {
  const own = document.currentScript;
  const part = document.querySelector("[data-scan]");
  if (!part || !navigator.mediaDevices?.getUserMedia) return;
  const [start, video, status] = ["start", "video", "status"].map((name) => part.querySelector(`[data-scan-${name}]`));
  const form = document.querySelector("[data-scan-form]");
  part.hidden = false;

  const load = (address) =>
    new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = address;
      script.onload = resolve;
      script.onerror = reject;
      document.head.append(script);
    });

  const look = (canvas) => {
    if (!video.srcObject) return;
    if (video.readyState === video.HAVE_ENOUGH_DATA) {
      canvas.width = video.videoWidth;
      canvas.height = video.videoHeight;
      const context = canvas.getContext("2d", { willReadFrequently: true });
      context.drawImage(video, 0, 0);
      const picture = context.getImageData(0, 0, canvas.width, canvas.height);
      const found = window.jsQR(picture.data, picture.width, picture.height);
      if (found?.data.startsWith(part.dataset.scan || "heitje:")) {
        stop();
        form.elements.code.value = found.data;
        form.requestSubmit();
        return;
      }
    }
    requestAnimationFrame(() => look(canvas));
  };

  const stop = () => {
    for (const track of video.srcObject?.getTracks() ?? []) track.stop();
    video.srcObject = null;
    video.hidden = true;
  };

  start.addEventListener("click", async () => {
    start.disabled = true;
    try {
      const camera = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      await load(own.dataset.reader);
      video.srcObject = camera;
      video.hidden = false;
      await video.play();
      status.textContent = status.dataset.looking;
      look(document.createElement("canvas"));
    } catch (error) {
      stop();
      status.textContent = error.name === "NotAllowedError" ? status.dataset.denied : status.dataset.missing;
      start.disabled = false;
    }
  });
  addEventListener("pagehide", stop);
})();
