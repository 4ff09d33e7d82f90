from __future__ import annotations

import subprocess
import sys
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from programs import source
from programs.render import LINES, NAMES, TemplateRefusedError, Templates, check_template, render
from programs.render.allow import environment, problems
from programs.render.plain import is_plainly_fine
from programs.spec import Message

ATTACKS = {
    "{{ you.__class__ }}": "there is no name 'you.__class__'",
    "{{ you.__class__.__mro__ }}": "there is no name 'you.__class__.__mro__'",
    "{{ you.name.__class__ }}": "'you.name' is text and has no parts",
    "{{ you.__class__.__mro__[1].__subclasses__() }}": "nothing can be called",
    "{{ you['__class__'] }}": "square brackets",
    "{{ you.name|attr('__class__') }}": "there is no filter 'attr'",
    "{{ cycler.__init__.__globals__.os.getcwd() }}": "nothing can be called",
    "{{ cycler }}": "there is no name 'cycler'",
    "{{ self }}": "there is no name 'self'",
    "{{ config.items }}": "there is no name 'config.items'",
    "{{ lipsum() }}": "nothing can be called",
    "{{ range(10**9) }}": "nothing can be called",
    "{{ ''.format.__self__ }}": "there is no name",
    "{{ '{0.__class__}'.format(you) }}": "nothing can be called",
    "{{ 'x' * 10**8 }}": "do not calculate",
    "{{ 2 ** 10000000 }}": "do not calculate",
    "{{ -5 }}": "do not calculate",
    "{{ 'a' ~ 'b' }}": "joined with ~",
    "{{ '%s' % you }}": "do not calculate",
    "{{ [1, 2] }}": "lists",
    "{{ {'a': 1} }}": "lists",
    "{{ ('a', 'b') }}": "lists",
    "{{ you.name if you.name else 'x' }}": "write {% if",
    "{{ you.name|map('upper') }}": "there is no filter 'map'",
    "{{ you.name|default(you.role) }}": None,
    "{{ you.name|default('x', true) }}": 'write default("some text")',
    "{{ you.name|default }}": 'write default("some text")',
    "{{ you.name|upper(1) }}": "write upper without brackets",
    "{{ you.name|safe }}": "there is no filter 'safe'",
    "{{ 5 }}": "stands for text",
    "{{ loop.index }}": "there is no name 'loop.index'",
    "{{ super() }}": "nothing can be called",
    "{% for i in range(10**7) %}{% endfor %}": "loops",
    "{% for i in you %}": "{% for %} is not available",
    "{% while true %}{% endwhile %}": "{% while %} is not available",
    "{% set x = 1 %}": "cannot define",
    "{% set x %}y{% endset %}": "cannot define",
    "{% with x = 1 %}{% endwith %}": "cannot define",
    "{% macro x() %}{% endmacro %}": "cannot define",
    "{% call x() %}{% endcall %}": "cannot define",
    "{% include '/etc/passwd' %}": "bring in",
    "{% import 'x' as y %}": "bring in",
    "{% from 'x' import y %}": "bring in",
    "{% extends 'x' %}": "bring in",
    "{% block x %}{% endblock %}": "bring in",
    "{% filter upper %}x{% endfilter %}": "not available",
    "{% autoescape false %}x{% endautoescape %}": "not available",
    "{% do you.update() %}": "{% do %} is not available",
    "{% if silence.days > '3' %}x{% endif %}": "== and != only",
    "{% if 'a' in you.name %}x{% endif %}": "== and != only",
    "{% if silence.days == 3 %}x{% endif %}": "text in quotes",
    "{% if ask.link == none %}x{% endif %}": "{% if ask.link %}",
    "{% if ask.link is defined %}x{% endif %}": "'is' is not available",
}


@pytest.mark.parametrize(("text", "wrong"), [case for case in ATTACKS.items() if case[1]])
def test_a_message_cannot_say_anything_but_names_and_conditions(text: str, wrong: str):
    problems = check_template(text)
    assert len(problems) == 1, "one mistake is told once"
    assert problems[0][0] == 1
    assert wrong in problems[0][1]


@pytest.mark.parametrize("text", ATTACKS)
def test_what_the_check_refuses_is_not_sent_either(text: str):
    message = Message(subject="x", body=text)
    if check_template(text):
        with pytest.raises(TemplateRefusedError, match=r"message 'message' cannot be sent: body, line 1: "):
            render(message, {})
    else:
        assert render(message, {"you": {"role": "mentee"}}).body == "mentee\n"


@pytest.mark.parametrize(
    "text",
    [
        "{{ " + "not " * 4_900 + "you.name }}",
        "{{ " + "(" * 9_000 + "you.name" + ")" * 9_000 + " }}",
        "{% if you.name %}" * 500 + "{% endif %}" * 500,
        "{{ you.name" + "|upper" * 3_000 + " }}",
        "{{ you.name" + ".x" * 8_000 + " }}",
    ],
)
def test_endless_nesting_is_refused_instead_of_breaking_the_compiler(text: str):
    problems = check_template(text[:20_000])
    assert problems
    assert all(line == 1 for line, _ in problems)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("{{ you.frist_name }}", "did you mean you.first_name?"),
        ("{{ you.firstname }}", "did you mean you.first_name?"),
        ("{{ You.First_Name }}", "did you mean you.first_name?"),
        ("{{ first_name }}", "did you mean one of you.first_name, partner.first_name, lead.first_name?"),
        ("{{ feedback }}", "did you mean feedback.link?"),
        ("{{ you }}", "did you mean one of you.first_name, you.last_name, you.name, you.role?"),
        ("{{ partner.telephone }}", "did you mean one of partner.first_name, "),
        ("{{ you.name|uper }}", "did you mean upper?"),
        ("Dear {you.first_name},", "write {{ you.first_name }} with two braces"),
        ("{{ you.first_name }", "not finished"),
        ("{{ }}", "not finished"),
        ("{{ you first_name }}", "not finished"),
        ("{% if ask.link %}x", "write {% endif %} after it"),
        ("{% endif %}", "without an {% if"),
        ("{% if a %}{% elseif %}{% endif %}", "{% elseif %} is not available; there are only if, elif, else and endif"),
        ("{# never closed", "not closed with #}"),
        ("{{ you & partner }}", "names are written like {{ you.first_name }}"),
    ],
)
def test_a_slip_is_told_with_the_way_out(text: str, hint: str):
    assert [hint in wrong for _, wrong in check_template(text)] == [True]


def test_every_problem_is_told_with_its_line():
    text = "Dear {{ you.frist_name }},\n\n{% if ask.link %}\n{{ ask.lnk }}\n{% elif ask.link == '' %}\n{foo.bar} {ask.link}\n{% endif %}\n{{ now() }}\n{% if silence.days < '3' %}{% endif %}"
    assert [line for line, _ in check_template(text)] == [1, 4, 6, 8, 9]


@pytest.mark.parametrize("name", NAMES)
def test_every_name_of_the_list_may_stand_in_a_message_and_be_asked_for(name: str):
    text = f"{{% if {name} == 'x' and not ({name} != 'x' or {name}) %}}{{% elif {name} %}}{{{{ {name}|lower|title }}}}{{% endif %}}"
    assert check_template(text) == []
    group, part = name.split(".")
    assert render(Message(subject="x", body=text), {group: {part: "ÜBER uns"}}).body == "Über Uns\n"


def test_every_name_is_explained_in_one_line_and_those_of_several_lines_are_names():
    assert all(doc.endswith(".") and "\n" not in doc for doc in NAMES.values())
    assert set(NAMES) >= LINES


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("{{ you.name|lower }}", "mary mcdonald o'neil"),
        ("{{ you.name|upper }}", "MARY MCDONALD O'NEIL"),
        ("{{ you.name|title }}", "Mary McDonald O'neil"),
        ("{{ you.name|capitalize }}", "Mary McDonald o'neil"),
        ('{{ partner.name|default("your partner") }}', "your partner"),
        ('{{ you.name|default("you") }}', "mary McDonald o'neil"),
    ],
)
def test_filters_leave_the_rest_of_a_name_alone(text: str, written: str):
    assert render(Message(subject="x", body=text), {"you": {"name": "mary McDonald o'neil"}}).body == f"{written}\n"


def test_a_line_of_conditions_leaves_no_line_and_a_condition_in_a_line_leaves_it_whole():
    body = "One{% if ask.link %} x{% endif %}\nTwo\n  {% if you.name %}\n  Three\n{% else %}\nFour\n{% endif %}{% if ask.link %}\n{% endif %}\nFive"
    assert render(Message(subject="x", body=body), {"you": {"name": "Ana"}}).body == "One\nTwo\n  Three\nFive\n"


@given(st.text(alphabet="{}%# \nabcyou.name_|()[]'\"=!<>*+-~if", max_size=60))
def test_whatever_is_typed_is_either_refused_or_rendered(text: str):
    if not text.strip():
        return
    message = Message(subject="x", body=text)
    if check_template(text):
        with pytest.raises(TemplateRefusedError):
            render(message, {})
    else:
        assert render(message, {}).body.endswith("\n")


pieces = st.lists(
    st.sampled_from(
        [
            *(
                "{{ you.name }}",
                '{{ you.name|title|default("x") }}',
                "{{ you.nam }}",
                "{{you.name}}",
                "{ you.name }",
                "{{ you.name|default(you.nam) }}",
            ),
            *(
                "{% if ask.link %}",
                '{% if not you.role == "mentee" %}',
                '{% elif ask.link|lower != "" %}',
                "{% if ask.lnk %}",
            ),
            *(
                "{% else %}",
                "{% endif %}",
                "{% endif %}",
                "{% for a in b %}",
                "{# x",
                "#}",
                "{{",
                "}}",
                "{%",
                "%}",
                "{",
                "x",
                "\n",
            ),
        ]
    ),
    max_size=12,
)


@given(pieces)
@settings(max_examples=500)
def test_what_passes_without_the_engine_passes_with_it(parts: list[str]):
    text = "".join(parts)
    if is_plainly_fine(text):
        assert problems(environment(), text) == []


@pytest.mark.parametrize("role", ["subject", "body"])
def test_the_standard_messages_need_no_engine_to_be_checked(role: str):
    standard = source.read_resource(files("programs") / "standard.yaml", "standard.yaml").data["messages"]
    assert [name for name, message in standard.items() if not is_plainly_fine(message[role])] == []


def test_a_template_is_compiled_once():
    templates = Templates({"hello": Message(subject="{{ you.name }}", body="{{ you.name }}")})
    first = templates._compile("hello")
    assert templates.render("hello", {"you": {"name": "Ana"}}).subject == "Ana"
    assert templates._compiled["hello"] is first


def test_naming_the_renderer_does_not_load_the_template_engine():
    loaded = "import sys, programs.render; print('jinja2' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
