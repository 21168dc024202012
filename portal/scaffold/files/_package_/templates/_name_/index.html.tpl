{% extends "layout/page.html" %}
{% from "macros/cards.html" import chip, empty %}
{% from "macros/form.html" import field, form_box, post_button, submit %}
{% from "macros/table.html" import pager %}
{% block title %}{{ _("[[ title ]]") }}{% endblock %}
{% block content %}
{%- if viewer.may("[[ name ]].write") %}
{% call form_box(form, action="/[[ name ]]/", title=_("A new note")) %}
  {{ field(form.store) }}{{ field(form.text) }}
  {{ submit(_("Send")) }}
{% endcall %}
{%- endif %}
{%- if page.items %}
{%- set done = _("done") %}{%- set finish = _("Done") %}
<section class="sw-box"><ul class="sw-list">
{%- for note in page %}
  <li class="sw-wrap"><div class="grow"><b>{{ note.text }}</b><p class="sw-s">{{ note.store.name }} · {{ local_date(note.written_at) }}{% if note.written_by %} · {{ note.written_by.name }}{% endif %}</p></div>
  {{ chip(done, "ok") if note.done_at else post_button("/[[ name ]]/%s/done" % note.id, finish, "btn btn-primary", "check") }}</li>
{%- endfor %}
</ul></section>
{{ pager(page) }}
{%- else %}{{ empty(_("No notes yet"), _("What is written to a store stands here."), "note") }}{% endif %}
{% endblock %}
