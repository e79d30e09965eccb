import hashlib


def tagged_hash(tag, message):
    prefix = hashlib.sha256(tag.encode()).digest()
    return hashlib.sha256(prefix + prefix + message).digest()


terms = '{"baseTicketPriceSats":1000,"roundNumber":7}'  # yours are in the receipt, letter by letter
commitment = tagged_hash("tiraj/order/1", terms.encode())

print(commitment.hex())
