'use strict';

// The search of the book. The index is a script of its own (search-index.js, made by
// xtask/src/book/search.rs) that is loaded when somebody first searches: a page that was opened as a file
// may load scripts, but nothing else.
(() => {
    const MOST_RESULTS = 40;
    const EXCERPT = 160;

    // Text into terms exactly as search.rs does it: words in lower case, bigrams of Japanese.
    const JAPANESE = '\\u3005-\\u3007\\u3040-\\u30ff\\u31f0-\\u31ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\uff66-\\uff9f';
    const RUNS = new RegExp(`[${JAPANESE}]+|(?:(?![${JAPANESE}])[\\p{Alphabetic}\\p{N}_])+`, 'gu');
    const IS_JAPANESE = new RegExp(`^[${JAPANESE}]`, 'u');

    function terms(text) {
        const found = [];
        for (const run of text.toLowerCase().match(RUNS) ?? []) {
            const characters = Array.from(run);
            if (!IS_JAPANESE.test(run) || characters.length === 1) {
                found.push({ text: run, whole: IS_JAPANESE.test(run) ? null : run });
                continue;
            }
            for (let i = 0; i + 1 < characters.length; i += 1) {
                found.push({ text: characters[i] + characters[i + 1], whole: null });
            }
        }
        return found;
    }

    // Documents that have every term, the best first. A Latin term also finds the words that it begins.
    function search(index, query) {
        const wanted = terms(query);
        if (wanted.length === 0) {
            return [];
        }
        let scores = null;
        for (const term of wanted) {
            const found = new Map();
            for (const [word, share] of words(index, term)) {
                const places = index.terms[word];
                for (let i = 0; i < places.length; i += 2) {
                    const score = places[i + 1] * share;
                    found.set(places[i], Math.max(found.get(places[i]) ?? 0, score));
                }
            }
            const before = scores;
            scores = new Map();
            for (const [place, score] of found) {
                if (before === null || before.has(place)) {
                    scores.set(place, (before?.get(place) ?? 0) + score);
                }
            }
        }
        const phrase = query.trim().toLowerCase();
        for (const [place, score] of scores) {
            const [, title, text] = index.documents[place];
            if (title.toLowerCase().endsWith(phrase)) {
                scores.set(place, score + 30);
            } else if (`${title} ${text}`.toLowerCase().includes(phrase)) {
                scores.set(place, score + 10);
            }
        }
        return Array.from(scores)
            .sort(([a, x], [b, y]) => y - x || a - b)
            .map(([place]) => index.documents[place]);
    }

    // The words of the index that a term stands for, and how much each counts.
    function words(index, term) {
        const exact = Object.hasOwn(index.terms, term.text) ? [[term.text, 1]] : [];
        if (term.whole === null || term.whole.length < 2) {
            return exact;
        }
        index.sorted ??= Object.keys(index.terms).sort();
        let [low, high] = [0, index.sorted.length];
        while (low < high) {
            const middle = (low + high) >> 1;
            if (index.sorted[middle] < term.text) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        const longer = [];
        for (; index.sorted[low]?.startsWith(term.text); low += 1) {
            if (index.sorted[low] !== term.text) {
                longer.push([index.sorted[low], 0.5]);
            }
        }
        return [...exact, ...longer];
    }

    // The part of a text where the first term stands, with all terms marked.
    function excerpt(text, query) {
        const lower = text.toLowerCase();
        const parts = query.toLowerCase().match(RUNS) ?? [];
        const at = Math.max(0, Math.min(...parts.map(part => lower.indexOf(part)).filter(i => i >= 0), text.length));
        const start = at >= text.length ? 0 : Math.max(0, at - EXCERPT / 4);
        const span = document.createElement('span');
        let shown = (start > 0 ? '…' : '') + text.slice(start, start + EXCERPT) + (start + EXCERPT < text.length ? '…' : '');
        while (shown.length > 0) {
            const next = parts
                .map(part => [shown.toLowerCase().indexOf(part), part.length])
                .filter(([i]) => i >= 0)
                .sort(([a], [b]) => a - b)[0];
            if (!next) {
                break;
            }
            const mark = document.createElement('mark');
            mark.textContent = shown.slice(next[0], next[0] + next[1]);
            span.append(shown.slice(0, next[0]), mark);
            shown = shown.slice(next[0] + next[1]);
        }
        span.append(shown);
        return span;
    }

    let loading = null;

    function load() {
        loading ??= new Promise((resolve, reject) => {
            const script = document.createElement('script');
            script.src = `${path_to_root}search-index.js`;
            script.onload = () => resolve(window.courseSearchIndex);
            script.onerror = () => reject(new Error('search-index.js is not there'));
            document.head.append(script);
        });
        return loading;
    }

    const panel = document.createElement('div');
    panel.id = 'course-search';
    panel.hidden = true;
    panel.setAttribute('role', 'dialog');
    panel.setAttribute('aria-label', 'Search');
    panel.innerHTML = '<div><input type="search" placeholder="Search this book …" aria-label="Search this book"'
        + ' autocomplete="off" spellcheck="false"><p aria-live="polite"></p><ol></ol></div>';
    document.body.append(panel);
    const input = panel.querySelector('input');
    const status = panel.querySelector('p');
    const list = panel.querySelector('ol');

    const button = document.createElement('button');
    button.type = 'button';
    button.id = 'course-search-open';
    button.className = 'icon-button';
    button.title = 'Search (s or /)';
    button.setAttribute('aria-label', 'Search');
    button.setAttribute('aria-keyshortcuts', 's /');
    button.innerHTML = '<svg viewBox="0 0 16 16" width="16" height="16" fill="none" stroke="currentColor"'
        + ' stroke-width="2" aria-hidden="true"><circle cx="6.5" cy="6.5" r="4.5"/><path d="M10 10l5 5"/></svg>';
    button.addEventListener('click', open);
    document.querySelector('.left-buttons')?.append(button);

    function open() {
        panel.hidden = false;
        input.focus();
        input.select();
        show();
    }

    function close() {
        panel.hidden = true;
        button.focus();
    }

    async function show() {
        const query = input.value;
        if (terms(query).length === 0) {
            list.replaceChildren();
            status.textContent = 'Arrows choose, Enter goes there, Escape closes.';
            return;
        }
        try {
            const index = await load();
            if (query !== input.value) {
                return;
            }
            const found = search(index, query);
            status.textContent = found.length === 1 ? '1 place' : `${found.length} places`;
            list.replaceChildren(...found.slice(0, MOST_RESULTS).map(place => result(place, query)));
            select(0);
        } catch (error) {
            status.textContent = error.message;
        }
    }

    function result([url, title, text], query) {
        const link = document.createElement('a');
        link.href = path_to_root + url;
        const heading = document.createElement('b');
        heading.textContent = title;
        link.append(heading, excerpt(text, query));
        // On this page only the place changes, and nothing would take the panel away.
        link.addEventListener('click', () => { panel.hidden = true; });
        const item = document.createElement('li');
        item.append(link);
        return item;
    }

    let selected = 0;

    function select(number) {
        const links = list.querySelectorAll('a');
        links[selected]?.removeAttribute('aria-selected');
        selected = Math.max(0, Math.min(number, links.length - 1));
        links[selected]?.setAttribute('aria-selected', 'true');
        links[selected]?.scrollIntoView({ block: 'nearest' });
    }

    input.addEventListener('input', show);
    panel.addEventListener('click', event => {
        if (event.target === panel) {
            close();
        }
    });
    panel.addEventListener('keydown', event => {
        // An input method uses the same keys to choose characters.
        if (event.isComposing) {
            return;
        }
        const keys = {
            ArrowDown: () => select(selected + 1),
            ArrowUp: () => select(selected - 1),
            Enter: () => list.querySelectorAll('a')[selected]?.click(),
            Escape: close,
        };
        if (Object.hasOwn(keys, event.key)) {
            event.preventDefault();
            keys[event.key]();
        }
        event.stopPropagation();
    });
    document.addEventListener('keydown', event => {
        const typing = event.target.closest?.('input, select, textarea, [contenteditable]');
        const plain = !event.ctrlKey && !event.altKey && !event.metaKey;
        if (panel.hidden && !typing && plain && (event.key === 's' || event.key === '/')) {
            event.preventDefault();
            open();
        }
    });
})();
