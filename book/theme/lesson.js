// Reading a lesson: a line lights the calls that it made, and a call its line; j and k go from lesson
// to lesson, and r runs the one that is in front where the book is alive (living.js). The static book and a
// page opened from a file have all of it but r.
'use strict';

(() => {
    const lessons = [...document.querySelectorAll('section.lesson')];
    if (lessons.length === 0) return;

    /** Lights one line of a lesson and its calls; nothing when the line made none. */
    function light(lesson, line) {
        for (const lit of lesson.querySelectorAll('.lit')) lit.classList.remove('lit');
        if (line === undefined) return;
        const source = shown(lesson);
        if (!source?.querySelector(`.calls[data-line="${line}"]`)) return;
        for (const part of source.querySelectorAll(`[data-line="${line}"]`)) part.classList.add('lit');
    }

    /** The source that is to be seen: the recorded one, or a run's. */
    function shown(lesson) {
        return lesson.querySelector('pre.source:not([hidden])');
    }

    /** The line that an event is about, with its lesson. */
    function target(event) {
        const part = event.target.closest?.('section.lesson [data-line]');
        return part && { lesson: part.closest('section.lesson'), line: part.dataset.line };
    }

    // A finger does not hover: what it taps stays lit until it taps the next, or anything else.
    let lit;
    // A key may scroll other lines under a mouse that rests.
    let byKey = false;
    function lightTarget(event) {
        if (byKey) return;
        const found = target(event);
        if (lit && lit.lesson !== found?.lesson) light(lit.lesson);
        if (found) light(found.lesson, found.line);
        else if (lit) light(lit.lesson);
        lit = found;
    }
    document.addEventListener('pointermove', ({ movementX, movementY }) => {
        if (movementX !== 0 || movementY !== 0) byKey = false;
    });
    document.addEventListener('pointerdown', () => {
        byKey = false;
    });
    document.addEventListener('pointerover', lightTarget);
    document.addEventListener('click', lightTarget);

    /** From the lit line to the next that made calls, or to the one before. */
    function step(source, direction) {
        const lines = [...source.querySelectorAll('.calls')].map((calls) => calls.dataset.line);
        const now = source.querySelector('.line.lit')?.dataset.line;
        const start = direction > 0 ? 0 : lines.length - 1;
        const next = now === undefined ? start : lines.indexOf(now) + direction;
        if (!(next in lines)) return;
        byKey = true;
        lit = { lesson: source.closest('section.lesson'), line: lines[next] };
        light(lit.lesson, lit.line);
        source.querySelector(`.calls[data-line="${lines[next]}"]`).scrollIntoView({ block: 'nearest' });
    }

    /** The lesson that has the focus, or else the first that is not above the window. */
    function current() {
        const focused = document.activeElement?.closest('section.lesson');
        return focused ?? lessons.find((lesson) => lesson.getBoundingClientRect().bottom > 120);
    }

    function go(direction) {
        const focused = document.activeElement?.closest('section.lesson');
        const from = lessons.indexOf(focused ?? current());
        const next = lessons[focused || direction < 0 ? from + direction : from];
        next?.focus({ preventScroll: true });
        next?.scrollIntoView({ block: 'start' });
    }

    function isTyping(element) {
        return element.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(element.tagName);
    }

    document.addEventListener('keydown', (event) => {
        const { target, key } = event;
        if (event.ctrlKey || event.altKey || event.metaKey || isTyping(target)) return;
        if (target.matches?.('pre.source') && (key === 'ArrowDown' || key === 'ArrowUp')) {
            step(target, key === 'ArrowDown' ? 1 : -1);
        } else if (key === 'j' || key === 'k') {
            go(key === 'j' ? 1 : -1);
        } else if (key === 'r') {
            current()?.querySelector('.actions [data-action="run"]')?.click();
        } else {
            return;
        }
        event.preventDefault();
    });

    for (const lesson of lessons) {
        lesson.tabIndex = -1;
        const source = lesson.querySelector('pre.source');
        if (!source) continue;
        source.tabIndex = 0;
        source.setAttribute('role', 'group');
        source.setAttribute('aria-label', 'Source; the arrow keys go from one line with calls to the next');
    }
})();
