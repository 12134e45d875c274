// A result shows the sentence that holds what was searched for. Sphinx's own summary cuts 240 letters out of the page,
// headings, menus and code included.
Search.makeSearchSummary = (html, stems, anchor) => {
  const page = new DOMParser().parseFromString(html, "text/html");
  page.querySelectorAll(".run-lesson, .progress").forEach((block) => block.remove());
  const part = page.getElementById(anchor.slice(1)) ?? page.querySelector("[role=main]");
  const paragraphs = [...part.querySelectorAll("p, li, dd")].filter(
    (paragraph) => !paragraph.querySelector("p, li, dd"),
  );
  const sentences = paragraphs.flatMap((paragraph) =>
    paragraph.textContent.trim().split(/(?<=[.!?]["”)]*)\s+(?=["“(]?\p{Lu})/u),
  );

  // as many of the words as possible; of two such sentences a whole one, then the earlier one
  const worth = (sentence) => {
    const held = [...stems].filter((stem) => sentence.toLowerCase().includes(stem)).length;
    return held + (/[.!?]["”)]*$/.test(sentence) ? 0.5 : 0);
  };
  const best = sentences.reduce((a, b) => (worth(b) > worth(a) ? b : a), "");

  const summary = document.createElement("p");
  summary.className = "context";
  summary.textContent = best;
  return summary;
};

// The lessons come first: who searches for softmax wants to know what it is, not the class of that name.
Scorer.score = ([page, , , , score]) => (/^notebooks\/\d/.test(page) ? score + 30 : score);
