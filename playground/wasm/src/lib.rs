//! The compiler as a WebAssembly module without imports. A page writes a question into memory that [`reserve`] gives it, calls
//! [`answer`], and reads the answer at the address and with the length that come back as one number: the address in the upper 32
//! bits, the length in the lower ones. It gives the answer back with [`release`].

use std::cell::RefCell;

use dotpipe::browser::Page;

thread_local! {
    static PAGE: RefCell<Page> = RefCell::default();
}

/// Memory for a question of this many bytes.
#[unsafe(no_mangle)]
pub extern "C" fn reserve(length: usize) -> *mut u8 {
    Box::into_raw(vec![0_u8; length].into_boxed_slice()).cast()
}

/// Gives the memory of an answer back.
///
/// # Safety
/// The address and the length are those of an answer that was not given back before.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn release(address: *mut u8, length: usize) {
    // SAFETY: The memory was a boxed slice of this length, by the contract.
    drop(unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(address, length)) });
}

/// Answers the question in memory that [`reserve`] gave, and takes that back.
///
/// # Safety
/// The address and the length are those of one call of [`reserve`], whose memory holds a question.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn answer(address: *mut u8, length: usize) -> u64 {
    // SAFETY: The memory was a boxed slice of this length, by the contract.
    let question = unsafe { Box::from_raw(std::ptr::slice_from_raw_parts_mut(address, length)) };
    let answer = PAGE.with_borrow_mut(|page| page.answer(&String::from_utf8_lossy(&question)));
    let answer = answer.into_bytes().into_boxed_slice();
    let length = answer.len() as u64;
    let address = Box::into_raw(answer).cast::<u8>() as u64;
    address << 32 | length
}
