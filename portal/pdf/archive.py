"""PDF/A for keeping, PDF/UA for reading: WeasyPrint declares one of them, an archive copy is both."""

from __future__ import annotations

import pydyf

from portal.pdf.tags import at, mend

_NAMESPACE = "http://www.aiim.org/pdfua/ns/id/"
# PDF/A knows no PDF/UA: the property has to be described where it is used (ISO 19005-3, 6.6.2.3.3).
_READABLE = f"""
<rdf:Description rdf:about="" xmlns:pdfuaid="{_NAMESPACE}" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
  xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
  <pdfaSchema:namespaceURI>{_NAMESPACE}</pdfaSchema:namespaceURI>
  <pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
  <pdfaSchema:schema>PDF/UA identification</pdfaSchema:schema>
  <pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
    <pdfaProperty:category>internal</pdfaProperty:category>
    <pdfaProperty:description>Part of ISO 14289 that the file follows</pdfaProperty:description>
    <pdfaProperty:name>part</pdfaProperty:name>
    <pdfaProperty:valueType>Integer</pdfaProperty:valueType>
  </rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
""".encode()
_END = b"</rdf:RDF>"


def mend_archive(document: object, pdf: pydyf.PDF) -> None:
    """Finisher for `write_pdf` with a PDF/A variant: declares PDF/UA beside it."""
    mend(document, pdf)
    stream = at(pdf, pdf.catalog["Metadata"])
    stream.stream = [part.replace(_END, _READABLE + _END) for part in stream.stream]
