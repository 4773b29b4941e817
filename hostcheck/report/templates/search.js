const box = document.getElementById("search");
box.hidden = false;
box.querySelector("input").addEventListener("input", event => {
  const wanted = event.target.value.toLowerCase();
  for (const row of document.querySelectorAll("#hosts tbody tr"))
    row.hidden = !row.textContent.toLowerCase().includes(wanted);
});
