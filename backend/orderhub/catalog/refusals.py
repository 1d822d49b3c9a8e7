"""What the catalog refuses as a whole: files that cannot be read, plans that may not be carried out."""

from orderhub.kernel.errors import Refusal


class FileUnreadable(Refusal):
    """The uploaded file cannot be read at all; each subclass says why."""

    status = 422


class FileEmpty(FileUnreadable):
    """There is nothing in the file."""


class FileTooLarge(FileUnreadable):
    """The file is longer than we read. Data: most (in MB)."""

    status = 413


class TooManyRows(FileUnreadable):
    """The table is longer than we read. Data: most."""


class TooManyColumns(FileUnreadable):
    """The table is wider than we read. Data: most."""


class NotATable(FileUnreadable):
    """The file is a picture, a PDF, an archive … but no table."""


class UnknownEncoding(FileUnreadable):
    """The text is neither UTF-8, UTF-16 nor GBK."""


class BrokenText(FileUnreadable):
    """The separated text breaks its own rules. Data: told."""


class BrokenWorkbook(FileUnreadable):
    """The Excel file is damaged, or far larger inside than any price list. Data: told."""


class WorkbookProtected(FileUnreadable):
    """The Excel file wants a password."""


class NoHeader(FileUnreadable):
    """No row names the column of the SKU codes. Data: found (the first row)."""


class ColumnTwice(FileUnreadable):
    """Two columns mean the same. Data: first, second (their names)."""


class RowsRefused(Refusal):
    """Some rows cannot be taken over, so none was. Data: count, findings (the first hundred)."""

    status = 422


class PreviewOutdated(Refusal):
    """The catalog changed since the preview; nothing was applied, and there is a new preview. Data: import_id."""


class ImportOver(Refusal):
    """The file was dropped because nobody applied it in time; upload it again. Data: days."""

    status = 410
