// Talk may hold addresses. The terminal would open them on a click; from a review nothing is opened elsewhere.
window.open = () => null;

// Keys go to the terminal from the beginning, without a click.
addEventListener("load", () => {
  const focus = () => {
    const keys = document.querySelector(".xterm-helper-textarea");
    if (keys) keys.focus();
    else setTimeout(focus, 50);
  };
  focus();
});
