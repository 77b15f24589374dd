// The living book: each lesson runs at the press of a button, and the page shows what it prints and the
// system calls of each line as they happen. It needs the server of `cargo xtask serve`; everywhere else
// this file does nothing.
'use strict';

(async () => {
    const sections = document.querySelectorAll('section.lesson');
    if (sections.length === 0 || !['127.0.0.1', 'localhost'].includes(location.hostname)) return;

    /** What the server answers; an Error with its reason when it refuses. */
    async function ask(path, body, more = {}) {
        const post = { method: 'POST', headers: { 'Content-Type': 'application/json' } };
        const options = body === undefined ? {} : { ...post, body: JSON.stringify(body) };
        const response = await fetch(`/api/${path}`, { ...options, ...more });
        const answer = await response.json();
        if (!response.ok) throw new Error(answer.error ?? response.statusText);
        return answer;
    }

    function element(name, className, text) {
        const made = document.createElement(name);
        if (className) made.className = className;
        if (text !== undefined) made.textContent = text;
        return made;
    }

    function folded(className, summary, content) {
        const made = element('details', className);
        made.append(element('summary', '', summary), content);
        return made;
    }

    /** A source as the book writes it, without colours. */
    function plainSource(text) {
        const code = element('code');
        text.replace(/\n$/, '').split('\n').forEach((content, index) => {
            const line = element('span', 'line');
            line.dataset.line = index + 1;
            line.append(element('span', 'number', index + 1), content, '\n');
            code.append(line);
        });
        const source = element('pre', 'source');
        source.append(code);
        return source;
    }

    /** How far a line is indented, in characters. */
    function indentation(line) {
        const number = line.querySelector('.number').textContent;
        const text = line.textContent.slice(number.length);
        return text.length - text.trimStart().length;
    }

    /** What is seen of one run, in the place of what was recorded. */
    class Stage {
        constructor(section, copy) {
            const recorded = section.querySelector('pre.source');
            this.source = copy === undefined ? recorded.cloneNode(true) : plainSource(copy);
            for (const calls of this.source.querySelectorAll('.calls')) calls.remove();
            for (const lit of this.source.querySelectorAll('.lit')) lit.classList.remove('lit');
            this.source.hidden = false;
            this.source.tabIndex = 0;
            this.others = element('pre');
            this.elsewhere = folded('elsewhere', 'Calls of no line of this file (start, threads, other programs)', this.others);
            this.compiler = element('div', 'compiler');
            this.printed = element('pre');
            this.printed.setAttribute('role', 'log');
            this.output = folded('output', 'What it prints', this.printed);
            this.output.open = true;
            this.status = element('p', 'run-status');
            this.status.setAttribute('role', 'status');
            this.parts = [this.status, this.source, this.compiler, this.elsewhere, this.output];
            recorded.after(...this.parts);
            this.clear();
        }

        clear() {
            for (const calls of this.source.querySelectorAll('.calls')) calls.remove();
            this.others.replaceChildren();
            this.printed.textContent = '';
            this.elsewhere.hidden = true;
            this.slots = new Map();
            this.origins = new Map();
        }

        say(text, verdict = 'running') {
            this.status.textContent = text;
            this.status.dataset.verdict = verdict;
        }

        remove() {
            for (const part of this.parts) part.remove();
        }

        /** Where the calls of a line stand, or those that `from` made. */
        place({ line, from }) {
            if (line === undefined) return this.origin(from);
            const above = this.source.querySelector(`.line[data-line="${line}"]`);
            if (!above) return this.origin('elsewhere');
            if (above.nextElementSibling?.matches('.calls')) return above.nextElementSibling;
            const calls = element('span', 'calls');
            calls.dataset.line = line;
            calls.style.setProperty('--indent', `${indentation(above)}ch`);
            above.after(calls);
            return calls;
        }

        origin(from) {
            if (!this.origins.has(from)) {
                const calls = element('span', 'calls');
                this.others.append(element('b', '', `${from}\n`), calls);
                this.origins.set(from, calls);
                this.elsewhere.hidden = false;
            }
            return this.origins.get(from);
        }

        take(event) {
            this.takers[event.kind]?.call(this, event);
        }

        takers = {
            build({ text }) {
                this.say(text);
            },
            diagnostic({ level, lines, text }) {
                this.compiler.append(element('pre', `diagnostic ${level}`, text));
                for (const number of lines) {
                    const line = this.source.querySelector(`.line[data-line="${number}"]`);
                    line?.classList.add(level === 'error' ? 'wrong' : 'odd');
                }
            },
            start({ traced, why }) {
                this.say(traced ? 'running' : `running without a tracer: ${why}`);
                this.untraced = traced ? '' : `, without a tracer: ${why}`;
            },
            output({ text }) {
                this.printed.append(text);
            },
            cut({ text }) {
                this.printed.append(element('em', '', text));
            },
            call(event) {
                const call = element('span', event.failed ? 'call failed' : 'call', event.text);
                call.append('\n');
                if (event.line !== undefined) call.dataset.line = event.line;
                const place = this.place(event);
                place.insertBefore(call, place.querySelector('.more'));
                this.slots.set(event.slot, call);
            },
            again({ slot, times }) {
                const call = this.slots.get(slot);
                if (!call.querySelector('.times')) call.lastChild.before(' ', element('span', 'times'));
                call.querySelector('.times').textContent = `× ${times}`;
            },
            more(event) {
                const place = this.place(event);
                const more = place.querySelector('.more') ?? place.appendChild(element('span', 'more'));
                const counts = Object.entries(event.counts).map(([name, n]) => `${n} ${name}`);
                more.textContent = `… and then ${counts.join(', ')}\n`;
            },
            restart({ text }) {
                this.clear();
                this.say(text);
            },
            end({ verdict, text, calls }) {
                const traced = this.untraced || (calls > 0 ? `, ${calls} calls` : '');
                this.say(text + traced, verdict);
            },
        };
    }

    /** A text area that knows Tab, Enter and its line numbers. */
    class Editor {
        constructor(text, { run, keep }) {
            this.area = element('textarea');
            this.area.value = text;
            this.area.spellcheck = false;
            this.area.wrap = 'off';
            this.area.setAttribute('aria-label', 'Your copy: Tab indents, Control and Enter run it, Escape leaves');
            for (const name of ['autocapitalize', 'autocomplete', 'autocorrect']) this.area.setAttribute(name, 'off');
            this.gutter = element('pre', 'gutter');
            this.gutter.setAttribute('aria-hidden', 'true');
            this.box = element('div', 'editor');
            this.box.append(this.gutter, this.area);
            this.area.addEventListener('input', () => {
                this.number();
                keep();
            });
            this.area.addEventListener('keydown', (event) => this.key(event, run));
            this.number();
        }

        number() {
            const lines = this.area.value.split('\n').length;
            this.area.rows = lines;
            this.gutter.textContent = Array.from({ length: lines }, (_, index) => index + 1).join('\n');
        }

        key(event, run) {
            const { value, selectionStart: start } = this.area;
            if (event.key === 'Tab' && !event.shiftKey) this.type('    ');
            else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) run();
            else if (event.key === 'Enter') this.type('\n' + /(?:^|\n)( *).*$/.exec(value.slice(0, start))[1]);
            else if (event.key === 'Escape') this.box.closest('section').querySelector('.actions button').focus();
            else return;
            event.preventDefault();
        }

        /** As if typed, so that it can be undone. */
        type(text) {
            document.execCommand('insertText', false, text);
        }
    }

    /** A lesson and its buttons. It shows what was recorded, a run, or the editor. */
    class Lesson {
        constructor(section, { edit }) {
            this.section = section;
            this.name = { chapter: section.dataset.chapter, lesson: section.dataset.lesson };
            this.recorded = [...section.querySelectorAll(':scope > :not(header)')];
            this.buttons = {
                run: this.button('run', 'Run', () => this.run()),
                stop: this.button('stop', 'Stop', () => ask(`runs/${this.id}/stop`, {}).catch(() => {})),
                edit: this.button('edit', 'Edit', () => this.edit()),
                anew: this.button('anew', 'Start anew', () => this.anew()),
                back: this.button('back', 'Back', () => this.show('recorded')),
            };
            if (!edit) this.buttons.edit.remove();
            this.show('recorded');
            addEventListener('pagehide', () => {
                if (this.id !== undefined) ask(`runs/${this.id}/stop`, {}, { keepalive: true }).catch(() => {});
            });
        }

        button(action, text, press) {
            const made = element('button', '', text);
            made.type = 'button';
            made.dataset.action = action;
            made.addEventListener('click', press);
            this.section.querySelector('.actions').append(made);
            return made;
        }

        /** `recorded`, `run` or `edit`. */
        show(what) {
            this.shown = what;
            for (const part of this.recorded) part.hidden = what !== 'recorded';
            if (what !== 'run') this.stage?.remove();
            if (this.editor) this.editor.box.hidden = what !== 'edit';
            this.refresh();
        }

        refresh() {
            const { run, stop, edit, anew, back } = this.buttons;
            const runs = this.id !== undefined;
            run.textContent = this.isCopy() ? 'Run my copy' : 'Run';
            run.hidden = runs;
            stop.hidden = !runs;
            edit.hidden = runs || this.shown === 'edit';
            anew.hidden = this.shown !== 'edit';
            back.hidden = runs || this.shown === 'recorded';
        }

        /** Whether the next run is one of the reader's copy. */
        isCopy() {
            return this.shown === 'edit' || (this.shown === 'run' && this.copy !== undefined);
        }

        async run() {
            if (this.id !== undefined) return;
            this.copy = this.isCopy() ? this.editor.area.value : undefined;
            this.stage?.remove();
            this.stage = new Stage(this.section, this.copy);
            this.show('run');
            this.stage.say('building');
            try {
                this.id = (await ask('runs', { ...this.name, source: this.copy })).id;
                this.refresh();
                await this.follow();
            } catch (error) {
                const gone = error instanceof TypeError;
                const text = gone ? 'The server does not answer: does `cargo xtask serve` still run?' : error.message;
                this.stage.say(text, 'failed');
            }
            this.id = undefined;
            this.refresh();
        }

        async follow() {
            for (let next = 0, done = false; !done; ) {
                const news = await ask(`runs/${this.id}?from=${next}`);
                for (const event of news.events) this.stage.take(event);
                ({ next, done } = news);
                // A program that prints all the time is no reason to ask all the time.
                if (!done) await new Promise((resolve) => setTimeout(resolve, 50));
            }
        }

        async edit() {
            if (!this.editor) {
                const { source } = await ask(`lessons/${this.name.chapter}/${this.name.lesson}`);
                this.original = source;
                this.editor = new Editor(this.kept() ?? source, {
                    run: () => this.run(),
                    keep: () => this.keep(),
                });
                this.section.querySelector('header').after(this.editor.box);
            }
            this.show('edit');
            this.editor.area.focus();
        }

        anew() {
            this.editor.area.value = this.original;
            this.editor.number();
            this.keep();
        }

        /** The copy outlives a look at another page, but not the tab. */
        keep() {
            const { value } = this.editor.area;
            if (value !== this.original) sessionStorage.setItem(this.key(), value);
            else sessionStorage.removeItem(this.key());
        }

        kept() {
            return sessionStorage.getItem(this.key());
        }

        key() {
            return `copy of ${this.name.chapter}/${this.name.lesson}`;
        }
    }

    const hello = await ask('hello').catch(() => undefined);
    if (!hello?.living) return;
    for (const section of sections) new Lesson(section, hello);
    document.documentElement.dataset.living = 'yes';
})();
