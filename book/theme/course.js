'use strict';

// mdBook's copy button takes all that a code block shows. Of a lesson it has to be the source alone,
// without numbers and calls.
(() => {
    const whole = window.playground_text;
    window.playground_text = (block, hidden) => {
        const lines = block.querySelectorAll('.line');
        if (lines.length === 0) {
            return whole(block, hidden);
        }
        return Array.from(lines, line => {
            const copy = line.cloneNode(true);
            copy.querySelector('.number')?.remove();
            return copy.textContent;
        }).join('');
    };
})();

// A link to a line of code that is folded away opens the fold.
(() => {
    const open = () => {
        const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
        for (let fold = target?.closest('details'); fold; fold = fold.parentElement.closest('details')) {
            fold.open = true;
        }
    };
    window.addEventListener('hashchange', open);
    open();
})();
