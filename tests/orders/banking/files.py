"""Files as banks send them, written for these tests after the public descriptions.

camt.053 and camt.054: ISO 20022, "Bank-to-Customer Cash Management", versions 001.02 and 001.08.
The list of reference payments: Finance Finland, "Incoming reference payments, service description".
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

IBAN = "FI2112345600000785"
BANK = {"iban": IBAN, "bic": "NDEAFIHH"}
DAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Told:
    """One payment as the tests want it told."""

    amount: str
    reference: str = ""
    number: str = ""
    message: str = ""
    name: str = "Virtanen Anna"
    account: str = "FI3715903000000776"
    credit: bool = True
    currency: str = "EUR"
    day: date = DAY
    booked: bool = True
    reversal: bool = False


def _remittance(told: Told) -> str:
    structured = (
        f"<Strd><CdtrRefInf><Ref>{told.reference}</Ref></CdtrRefInf></Strd>"
        if told.reference
        else ""
    )
    unstructured = f"<Ustrd>{told.message}</Ustrd>" if told.message else ""
    return f"<RmtInf>{unstructured}{structured}</RmtInf>"


def _details(told: Told, version: str, *, alone: bool) -> str:
    side = "Dbtr" if told.credit else "Cdtr"
    name = f"<Nm>{told.name}</Nm>"
    party = f"<Pty>{name}</Pty>" if version == "08" else name
    amount = f'<Amt Ccy="{told.currency}">{told.amount}</Amt>'
    if version == "02":
        amount = f"<AmtDtls><TxAmt>{amount}</TxAmt></AmtDtls>"
    number = f"<Refs><AcctSvcrRef>{told.number}</AcctSvcrRef></Refs>" if told.number else ""
    return (
        f"<TxDtls>{number}{'' if alone else amount}"
        f"<RltdPties><{side}>{party}</{side}>"
        f"<{side}Acct><Id><IBAN>{told.account}</IBAN></Id></{side}Acct></RltdPties>"
        f"{_remittance(told)}</TxDtls>"
    )


def entry(*parts: Told, version: str = "02", number: str = "", details: bool = True) -> str:
    """Write one entry; several payments make it a batch."""
    first, total = parts[0], sum(Decimal(part.amount) for part in parts)
    status = "BOOK" if first.booked else "PDNG"
    alone = len(parts) == 1
    inside = "".join(_details(part, version, alone=alone) for part in parts) if details else ""
    batch = "" if alone else f"<Btch><NbOfTxs>{len(parts)}</NbOfTxs></Btch>"
    own = number or (first.number if alone else "")
    return (
        f'<Ntry><Amt Ccy="{first.currency}">{total}</Amt>'
        f"<CdtDbtInd>{'CRDT' if first.credit else 'DBIT'}</CdtDbtInd>"
        f"{'<RvslInd>true</RvslInd>' if first.reversal else ''}"
        f"<Sts>{f'<Cd>{status}</Cd>' if version == '08' else status}</Sts>"
        f"<BookgDt><Dt>{first.day}</Dt></BookgDt>"
        f"{f'<AcctSvcrRef>{own}</AcctSvcrRef>' if own else ''}"
        f"<NtryDtls>{batch}{inside}</NtryDtls></Ntry>"
    )


def camt(
    *entries: str, kind: str = "053", version: str = "02", iban: str = IBAN, prefix: str = ""
) -> bytes:
    """Write a whole file, one entry a line."""
    root, part = ("BkToCstmrStmt", "Stmt") if kind == "053" else ("BkToCstmrDbtCdtNtfctn", "Ntfctn")
    space = f"urn:iso:std:iso:20022:tech:xsd:camt.{kind}.001.{version}"
    body = "\n".join(entries)
    text = (
        f'<Document xmlns="{space}">\n<{root}><GrpHdr><MsgId>1</MsgId></GrpHdr>\n'
        f"<{part}><Acct><Id><IBAN>{iban}</IBAN></Id></Acct>\n{body}\n"
        f"</{part}></{root}></Document>\n"
    )
    if prefix:
        text = text.replace("</", f"</{prefix}:").replace("<", f"<{prefix}:")
        text = text.replace(f"<{prefix}:/{prefix}:", f"</{prefix}:").replace(
            "xmlns=", f"xmlns:{prefix}="
        )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}'.encode()


def statement(*told: Told, kind: str = "053", version: str = "02") -> bytes:
    """Write a file in which each payment is an entry of its own."""
    return camt(*(entry(each, version=version) for each in told), kind=kind, version=version)


def record(told: Told, *, kind: str = "3") -> str:
    """Write one payment of a list, ninety characters."""
    cents = int(Decimal(told.amount) * 100)
    written = (
        f"{kind}{IBAN[4:]}{told.day:%y%m%d}{told.day:%y%m%d}{told.number:<16}"
        f"{told.reference.zfill(20)}{told.name[:12]:<12}1A{cents:010}{int(told.reversal)}A0"
    )
    assert len(written) == 90
    return written


def reference_list(*told: Told, records: list[str] | None = None) -> bytes:
    """Write a list with its batch and sum records."""
    counts = []
    for reversal in (False, True):
        amounts = [Decimal(each.amount) for each in told if each.reversal is reversal]
        counts.append(f"{len(amounts):06}{int(sum(amounts) * 100):011}")
    lines = [
        f"0{DAY:%y%m%d}120012123456789" + "1",
        *(records or [record(each) for each in told]),
        f"9{''.join(counts)}{0:017}",
    ]
    return "".join(f"{line:<90}\r\n" for line in lines).encode("latin-1")
