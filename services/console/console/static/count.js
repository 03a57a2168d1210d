// How many creators the filters would find, said beside the button that shows them. Without it the button shows them.
const form = document.getElementById("filters");
const said = document.getElementById("would-find");
let wait;
let asked;

async function count() {
  asked?.abort();
  asked = new AbortController();
  try {
    const query = new URLSearchParams(new FormData(form));
    const answer = await fetch(`/creators/count?${query}`, { signal: asked.signal });
    said.textContent = answer.ok ? (await answer.json()).words : "";
  } catch {
    said.textContent = ""; // another question took its place, or nobody answers: the button still works
  }
}

form?.addEventListener("input", () => {
  clearTimeout(wait);
  wait = setTimeout(count, 300);
});
