// Before anything is drawn: the chosen colours, so that the page does not flash.
{
  const theme = localStorage.getItem("sandbox.theme");
  if (theme) document.documentElement.dataset.theme = theme;
}
